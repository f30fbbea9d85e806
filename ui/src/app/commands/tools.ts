// The commands of the group Tools.
import { type Command, tool } from "./command";

export const TOOLS: readonly Command[] = [
  tool("select", "Select", "V"),
  tool("pan", "Move the view", "H"),
  tool("link", "Draw links", "L"),
  tool("note", "Write a note", "N"),
];
