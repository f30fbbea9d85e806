// The one list of commands. Menu, palette, shortcuts and the ? sheet are made of it.
import { ARRANGE } from "./arrange";
import type { Command, Reach } from "./command";
import { DEPLOY } from "./deploy";
import { EDIT } from "./edit";
import { FILE } from "./file";
import { HELP } from "./help";
import { LAB } from "./lab";
import { PICTURE } from "./picture";
import { TOOLS } from "./tools";
import { VIEW } from "./view";

export type { Command, Reach } from "./command";

export const COMMANDS: readonly Command[] = [
  ...HELP,
  ...FILE,
  ...EDIT,
  ...PICTURE,
  ...ARRANGE,
  ...VIEW,
  ...TOOLS,
  ...DEPLOY,
  ...LAB,
];

export function runCommand(id: string, reach: Reach, about?: string): void {
  const command = COMMANDS.find((one) => one.id === id);
  if (command && (command.when?.(reach) ?? true)) command.run(reach, about);
}
