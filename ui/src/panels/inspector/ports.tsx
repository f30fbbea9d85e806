// Ports of a link or an intent: chips, and a box to add one.
import { useState } from "react";
import { IconButton } from "../../controls/button";
import { LiveBox } from "../../controls/fields";
import { parsePort } from "../../editor/ports";

export interface PortsProps {
  allow: readonly string[];
  readOnly: boolean;
  /** What an empty list means. */
  none: string;
  onSet: (allow: string[]) => void;
}

export function Ports({ allow, readOnly, none, onSet }: PortsProps) {
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<string>();
  const add = () => {
    if (text.trim() === "") return;
    const parsed = parsePort(text, null);
    if ("wrong" in parsed) return setWrong(parsed.wrong);
    if (!allow.includes(parsed.value)) onSet([...allow, parsed.value]);
    setText("");
    setWrong(undefined);
  };
  return (
    <div className="entries">
      {allow.length === 0 ? (
        <p className="help">{none}</p>
      ) : (
        <ul className="chips" aria-label="Ports">
          {allow.map((one) => (
            <li key={one} className="chip">
              {one}
              {!readOnly && (
                <IconButton
                  size="tiny"
                  icon="close"
                  label={`Remove ${one}`}
                  onPress={() => onSet(allow.filter((other) => other !== one))}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {!readOnly && (
        <LiveBox
          bare
          label="Add ports"
          value={text}
          placeholder="tcp/443, http, icmp"
          onChange={(next) => {
            setText(next);
            setWrong(undefined);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              add();
            }
          }}
          {...(wrong ? { wrong } : {})}
          after={<IconButton size="tiny" icon="add" label="Add" onPress={add} />}
        />
      )}
    </div>
  );
}
