/** Room for what the file places nowhere. */
import { type Box, type Point, touches } from "../../geometry/box";

/** The first place in a room where the box covers nothing; rooms grow downwards. */
export function freeRoom(room: Box, w: number, h: number, taken: readonly Box[]): Point {
  for (let y = room.y + 40; y < room.y + room.h * 4; y += 24)
    for (let x = room.x + 16; x + w <= room.x + Math.max(room.w, w + 32); x += 24)
      if (!taken.some((t) => touches({ x: x - 7, y: y - 7, w: w + 14, h: h + 14 }, t))) return { x, y };
  return { x: room.x + 16, y: room.y + 40 };
}
