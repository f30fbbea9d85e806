/** The tools, by the name that toolbar and shortcuts use. */
import type { ToolTable } from "../core";
import { InsertIdle } from "./insert/idle";
import { LinkIdle } from "./link/idle";
import { PanIdle } from "./pan/idle";
import { SelectIdle } from "./select/idle";

export const TOOLS: ToolTable = {
  insert: (core, options) => new InsertIdle(core, options),
  link: (core, options) => new LinkIdle(core, options),
  note: (core) => new InsertIdle(core, { kind: "note" }),
  pan: (core) => new PanIdle(core),
  select: (core) => new SelectIdle(core),
};
