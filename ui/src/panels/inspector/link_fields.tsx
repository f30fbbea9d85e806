// What a link says beside its ports and grants, as far as its two ends have a use for it.
import { CheckBox, SelectBox, TextBox } from "../../controls/fields";
import type { LinkJson, ValueJson } from "../../document/model";

type Form = "words" | "text" | "number" | "flag" | "half";
type Field = { name: string; label: string; form: Form; placeholder?: string };

const NAME_SERVERS = ["server", "physical-server", "external-system", "dns-resolver"];
const asksForNames = (ends: string[]): boolean =>
  ends.includes("dns-resolver") && ends.every((end) => NAME_SERVERS.includes(end));

/** The halves of a failover: which of two links of one name answers. */
const HALVES = [
  { id: "", title: "None: it always answers" },
  { id: "primary", title: "Primary: as long as it takes connections" },
  { id: "secondary", title: "Secondary: while the primary does not" },
];

/** How a line slows packets down; a lab imitates it. */
const LINE: Field[] = [
  { name: "bandwidth", label: "Bandwidth", form: "text", placeholder: "no limit, or such as 100 Mbps" },
  { name: "latency", label: "Latency", form: "text", placeholder: "none, or such as 20 ms" },
  { name: "loss", label: "Loss", form: "text", placeholder: "none, or such as 1 %" },
];

/** The fields of a link of this kind between things of these kinds, in order. */
export function fieldsOf(kind: string, ends: string[]): Field[] {
  const between = (one: string) => ends.includes(one);
  if (kind === "attachment" && between("transit-hub")) {
    return [{ name: "groups", label: "Groups", form: "words", placeholder: "main" }, ...LINE];
  }
  if (kind === "peering" && ends.every((end) => end === "network")) {
    return [{ name: "gateway-transit", label: "Carries on to sites", form: "flag" }, ...LINE];
  }
  if (kind === "peering") return LINE;
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
      { name: "failover", label: "Failover", form: "half" },
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
      {fields.map(({ name, label, form, placeholder }) =>
        form === "flag" ? (
          <CheckBox
            key={name}
            label={label}
            readOnly={readOnly}
            value={link.attributes?.[name] === true}
            onDone={(on) => onSet({ [name]: on ? true : "" })}
          />
        ) : form === "half" ? (
          <SelectBox
            key={name}
            label={label}
            value={shown(link.attributes?.[name])}
            readOnly={readOnly}
            choices={HALVES}
            onDone={(half) => onSet({ [name]: half })}
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
              check={(text) =>
                form === "number" && !/^\d*$/.test(text.trim()) ? "give a whole number" : undefined
              }
              onDone={(text) => onSet({ [name]: written(form, text.trim()) })}
            />
          </div>
        ),
      )}
    </section>
  );
}

const shown = (value: ValueJson | undefined): string =>
  Array.isArray(value) ? value.map(String).join(", ") : value === undefined ? "" : String(value);

/** Empty text takes the key away. */
export function written(form: Form, text: string): ValueJson {
  if (text === "") return "";
  if (form === "number") return Number(text);
  return form === "words" ? text.split(/[\s,]+/).filter((word) => word !== "") : text;
}
