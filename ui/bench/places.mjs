// What the gestures take hold of, found in the design: the same things on both sides.

const middle = ([x, y, w, h]) => ({ x: x + w / 2, y: y + h / 2 });

/** The server in the middle of the drawing, the network round it, and a band that encloses about `wanted` shapes. */
export function placesIn(design, wanted) {
  const { resources, layout } = design;
  const rects = layout.resources;
  const ids = Object.keys(resources);
  const of = (kind) => ids.filter((id) => resources[id].kind === kind);
  const regions = of("region").map((id) => rects[id]);
  const ends = (k) => regions.flatMap((r) => [r[k], r[k] + r[k + 2]]);
  const centre = {
    x: (Math.min(...ends(0)) + Math.max(...ends(0))) / 2,
    y: (Math.min(...ends(1)) + Math.max(...ends(1))) / 2,
  };
  const far = (id) => Math.hypot(middle(rects[id]).x - centre.x, middle(rects[id]).y - centre.y);
  const server = of("server").reduce((a, b) => (far(b) < far(a) ? b : a));
  const network = resources[resources[server].parent].parent;
  const band = bandIn(
    rects,
    regions[0],
    of("network").map((id) => rects[id]),
    wanted,
  );
  band.server = of("server").find((id) => band.holds(rects[id]));
  return { server, network, band, rect: (id) => rects[id], databases: of("database") };
}

/**
 * From outside the first region's corner over its whole width, and as far down as gives the number in whole
 * networks: what stood without its container could not be moved with the rest.
 */
function bandIn(rects, [x, y, w, h], networks, wanted) {
  const holds = (bottom) => (r) => r[0] >= x && r[0] + r[2] <= x + w && r[1] >= y && r[1] + r[3] <= bottom;
  const count = (bottom) => Object.values(rects).filter(holds(bottom)).length;
  const bottoms = [...new Set(networks.map((r) => r[1] + r[3]).filter((bottom) => bottom <= y + h))];
  const bottom = bottoms.sort((a, b) => a - b).find((one) => count(one) >= wanted) ?? bottoms.at(-1);
  // Far enough above that no link starts under the hand.
  const [from, to] = [
    { x: x - 60, y: y - 300 },
    { x: x + w + 60, y: bottom + 4 },
  ];
  return { from, to, held: count(bottom), holds: holds(bottom) };
}

/** Where to press to take hold of it, in the drawing's units: a container's header, a card's middle. */
export function grip([x, y, w, h], isContainer) {
  return isContainer ? { x: x + Math.min(w / 2, 60), y: y + 14 } : { x: x + w / 2, y: y + h / 2 };
}
