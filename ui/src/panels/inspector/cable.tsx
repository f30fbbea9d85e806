// What a cable is: the port at each end, what it is made of, how long it is.
import { TextBox } from "../../controls/fields";
import type { LinkJson, ValueJson } from "../../document/model";
import { useWorkbench } from "../context";

const OTHERS = [
  { name: "medium", label: "Medium", placeholder: "om4, cat6a, dac" },
  { name: "length", label: "Length", placeholder: "3 m" },
  { name: "color", label: "Colour", placeholder: "blue" },
];

export function Cable(props: {
  link: LinkJson;
  readOnly: boolean;
  onSet: (attributes: { [name: string]: ValueJson }) => void;
}) {
  const { link, readOnly, onSet } = props;
  const { document } = useWorkbench();
  const fields = [
    { name: "from-port", label: `Port of ${document.title(link.from)}`, placeholder: "nic1, 24, mgmt" },
    { name: "to-port", label: `Port of ${document.title(link.to)}`, placeholder: "nic1, 24, mgmt" },
    ...OTHERS,
  ];
  return (
    <section aria-label="Cable">
      <h2>Cable</h2>
      {fields.map(({ name, label, placeholder }) => (
        <div key={name} className="field">
          <span className="field-label">{label}</span>
          <TextBox
            bare
            label={label}
            value={words(link.attributes?.[name])}
            readOnly={readOnly}
            placeholder={placeholder}
            onDone={(text) => onSet({ [name]: written(name, text.trim()) })}
          />
        </div>
      ))}
    </section>
  );
}

const words = (value: ValueJson | undefined) => (value === undefined ? "" : String(value));

/** Ports that are numbers are written as numbers. */
const written = (name: string, text: string): ValueJson =>
  name.endsWith("-port") && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : text;
