// What a kind is: where it stands, what it is linked to, what can be said of it, what becomes of it. From the catalog.
import { Button } from "../controls/button";
import { Dialog } from "../controls/dialog";
import { RawIcon } from "../controls/icon";
import { inSentence } from "../editor/words";
import type { AttributeDto } from "../ipc/generated/AttributeDto";
import type { KindDto } from "../ipc/generated/KindDto";
import { type Catalog, useWorkbench } from "../panels/context";
import { PROVIDER_TITLES } from "../panels/inspector/provider";
import { rangeWords, valueText } from "../panels/inspector/values";

export function ExplainKind({ id, onClose }: { id: string; onClose: () => void }) {
  const { catalog } = useWorkbench();
  const kind = catalog.kind(id);
  const foot = <Button onPress={onClose}>Close</Button>;
  if (!kind)
    return (
      <Dialog title="Not in the catalog" onClose={onClose} foot={foot}>
        <p>Nothing is known of kind “{id}”. The file was made by another version, or the word is misspelt.</p>
      </Dialog>
    );
  return (
    <Dialog wide title={kind.title} onClose={onClose} foot={foot}>
      <div
        className="explained-kind selectable focus-ring"
        ref={focusOnce}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys
        tabIndex={0}
        role="group"
        aria-label="Help"
      >
        <p className="explained-head">
          <span className={`tile tint-${kind.family}`}>
            <RawIcon text={catalog.icons[kind.icon] ?? ""} size={20} />
          </span>
          <span className="grow">{kind.help}</span>
        </p>
        <Facts kind={kind} catalog={catalog} />
        {kind.attributes.length > 0 && <Attributes all={kind.attributes} />}
      </div>
    </Dialog>
  );
}

/** So that keys scroll it at once. */
const focusOnce = (sheet: HTMLElement | null) => sheet?.focus();

function Facts({ kind, catalog }: { kind: KindDto; catalog: Catalog }) {
  const named = (ids: readonly string[]) =>
    ids.map((id) => (id === "root" ? "the top of the design" : inSentence(catalog.kind(id)?.title ?? id)));
  const from = catalog.kinds.filter((other) => other.links.some(({ to }) => to.includes(kind.id)));
  const rows: [string, string][] = [
    ["Stands in", named(kind.parents).join(", ")],
    ["Links to", named([...new Set(kind.links.flatMap(({ to }) => to))]).join(", ")],
    ["Linked from", named(from.map(({ id }) => id)).join(", ")],
  ];
  return (
    <dl className="explained-facts">
      {rows
        .filter(([, words]) => words !== "")
        .map(([name, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      {Object.entries(kind.counterparts).map(([provider, type]) => (
        <div key={provider}>
          <dt>On {PROVIDER_TITLES[provider] ?? provider}</dt>
          <dd className="mono">{type}</dd>
        </div>
      ))}
    </dl>
  );
}

function Attributes({ all }: { all: readonly AttributeDto[] }) {
  return (
    <table className="explained-attributes">
      <thead>
        <tr>
          <th scope="col">Attribute</th>
          <th scope="col">What it says</th>
          <th scope="col">Default</th>
          <th scope="col">Allowed</th>
        </tr>
      </thead>
      <tbody>
        {all.map((one) => (
          <tr key={one.name}>
            <th scope="row">
              {one.label}
              <span className="mono muted">{one.name}</span>
            </th>
            <td>{one.help}</td>
            <td className="mono">{valueText(one.default)}</td>
            <td className="muted">{allowed(one)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function allowed(attribute: AttributeDto): string {
  const { choices, choiceLabels, required, secret } = attribute;
  const words =
    choices.length > 0 ? choices.map((one) => choiceLabels[one] ?? one).join(", ") : rangeWords(attribute);
  return [words, ...(required ? ["must be there"] : []), ...(secret ? ["only a secret"] : [])]
    .filter((part) => part !== "")
    .join("; ");
}
