// The ? sheet: every shortcut, read off the one list of commands, and the keys of the drawing.
import { Button } from "../controls/button";
import { Dialog } from "../controls/dialog";
import { COMMANDS, type Command } from "./commands";
import { shortcutText } from "./shortcuts";

const GROUPS: Command["group"][] = ["File", "Edit", "Arrange", "View", "Tools", "Help"];
const ON_CANVAS: [string, string][] = [
  ["Move the selection", "Arrows"],
  ["Move it finely", "Shift arrows"],
  ["Go to the next thing", "Alt arrows"],
  ["Grow a linked sibling", "Ctrl arrows"],
  ["Copy while dragging", "Alt"],
  ["No snapping while dragging", "Ctrl"],
  ["Into and out of a container", "Enter, Esc"],
  ["Menu of the selection", "Shift F10"],
  ["Pan", "Space and drag"],
  ["Pan with the hand", "H, arrows"],
  ["Zoom at the pointer", "Ctrl wheel"],
];

export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog wide title="Shortcuts" onClose={onClose} foot={<Button onPress={onClose}>Close</Button>}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys */}
      <div ref={focusOnce} className="help-sheet" tabIndex={0} role="group" aria-label="Shortcuts">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            {COMMANDS.filter((one) => one.group === group && one.shortcut).map((one) => (
              <HelpLine key={one.id} title={one.title} keys={shortcutText(one.shortcut ?? "")} />
            ))}
          </section>
        ))}
        <section>
          <h3>On the drawing</h3>
          {ON_CANVAS.map(([title, keys]) => (
            <HelpLine key={title} title={title} keys={keys} />
          ))}
        </section>
      </div>
    </Dialog>
  );
}

/** So that keys scroll it at once. */
const focusOnce = (sheet: HTMLElement | null) => sheet?.focus();

function HelpLine({ title, keys }: { title: string; keys: string }) {
  return (
    <p className="help-line">
      <span className="grow cut">{title}</span>
      <kbd className="kbd">{keys}</kbd>
    </p>
  );
}
