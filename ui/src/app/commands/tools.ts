// The commands of the group Tools.
import { type Command, drawing, tool } from "./command";

export const TOOLS: readonly Command[] = [
  tool("select", "Select", "V"),
  tool("pan", "Move the view", "H"),
  tool("link", "Draw links", "L"),
  tool("note", "Write a note", "N"),
  drawing("tool-lock", "Keep the tool on or off", "Tools", { shortcut: "Q", search: "lock stay active" }),
];
