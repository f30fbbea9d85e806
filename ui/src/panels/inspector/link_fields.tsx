// What a link says beside its ports and grants, as far as its two ends have a use for it.
import { CheckBox, TextBox } from "../../controls/fields";
import type { LinkJson, ValueJson } from "../../document/model";

type Form = "words" | "text" | "number" | "flag";
type Field = { name: string; label: string; form: Form; placeholder?: string; choices?: string[] };

/** Name servers are resolvers or machines: between two machines only one that is said to be one matters. */
const machines = ["server", "physical-server", "external-system", "dns-resolver"];
const asksForNames = (ends: string[]): boolean =>
  ends.includes("dns-resolver") && ends.every((end) => machines.includes(end));

/** The fields of a link of this kind between things of these kinds, in order. */
export function fieldsOf(kind: string, ends: string[]): Field[] {
  const between = (one: string) => ends.includes(one);
  if (kind === "attachment" && between("transit-hub")) {
    return [{ name: "groups", label: "Groups", form: "words", placeholder: "main" }];
  }
  if (kind === "peering" && ends.every((end) => end === "network")) {
    return [{ name: "gateway-transit", label: "Carries on to sites", form: "flag" }];
  }
  if ((kind === "trigger" || kind === "target") && between("api-gateway")) {
    return [
      { name: "method", label: "Method", form: "text", placeholder: "any" },
      { name: "path", label: "Path", form: "text", placeholder: "/orders" },
    ];
  }
  if (kind === "target") {
    return [{ name: "listener", label: "Listener", form: "number", placeholder: "every one" }];
  }
  if (kind === "trigger" && between("function")) {
    return [
      { name: "batch", label: "At once", form: "number", placeholder: "as many as the provider takes" },
    ];
  }
  if (kind === "dependency" && between("dns-zone")) {
    return [
      { name: "name", label: "Name", form: "text", placeholder: "www, or @ for the domain itself" },
      {
        name: "failover",
        label: "Failover",
        form: "text",
        placeholder: "primary or secondary",
        choices: ["primary", "secondary"],
      },
    ];
  }
  if (kind === "flow" && asksForNames(ends)) {
    return [{ name: "domains", label: "Domains", form: "words", placeholder: "those that are passed on" }];
  }
  return [];
}

export function LinkFields(props: {
  link: LinkJson;
  fields: Field[];
  readOnly: boolean;
  onSet: (attributes: { [name: string]: ValueJson }) => void;
}) {
  const { link, fields, readOnly, onSet } = props;
  if (fields.length === 0) return null;
  return (
    <section aria-label="Details">
      <h2>Details</h2>
      {fields.map(({ name, label, form, placeholder, choices }) =>
        form === "flag" ? (
          <CheckBox
            key={name}
            label={label}
            readOnly={readOnly}
            value={link.attributes?.[name] === true}
            onDone={(on) => onSet({ [name]: on ? true : "" })}
          />
        ) : (
          <div key={name} className="field">
            <span className="field-label">{label}</span>
            <TextBox
              bare
              label={label}
              value={shown(link.attributes?.[name])}
              readOnly={readOnly}
              placeholder={placeholder ?? ""}
              check={(text) => unfit(text.trim(), form, choices)}
              onDone={(text) => onSet({ [name]: written(form, text.trim()) })}
            />
          </div>
        ),
      )}
    </section>
  );
}

function unfit(text: string, form: Form, choices: string[] | undefined): string | undefined {
  if (form === "number" && !/^\d*$/.test(text)) return "give a whole number";
  if (text !== "" && choices && !choices.includes(text)) return `give ${choices.join(" or ")}`;
  return undefined;
}

const shown = (value: ValueJson | undefined): string =>
  Array.isArray(value) ? value.map(String).join(", ") : value === undefined ? "" : String(value);

/** Empty text takes the key away. */
export function written(form: Form, text: string): ValueJson {
  if (text === "") return "";
  if (form === "number") return Number(text);
  return form === "words" ? text.split(/[\s,]+/).filter((word) => word !== "") : text;
}
