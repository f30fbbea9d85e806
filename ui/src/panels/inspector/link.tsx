// The inspector of a link: whether it works and why not, ports, grants, note.
import { Button } from "../../controls/button";
import { CheckBox, SelectBox, TextBox } from "../../controls/fields";
import { Icon, Mark } from "../../controls/icon";
import type { Access, DesignJson, Id, LinkChangeJson, LinkKind } from "../../document/model";
import { goTo, useDesign, useReadable, useSelected, useWorkbench } from "../context";
import type { Facts } from "../facts";
import { FindingCard, sentence } from "../finding";
import { Cable } from "./cable";
import { InLab } from "./lab";
import { fieldsOf, LinkFields } from "./link_fields";
import { Ports } from "./ports";

const linksOf = (design: DesignJson) => design.links;
const linkFacts = (facts: Facts) => facts.links;
const findingsOf = (facts: Facts) => facts.of;
const ACCESS: Access[] = ["read", "write", "consume", "publish", "invoke", "admin"];
const STATES: Record<string, [string, string]> = {
  proven: ["ok", "Proven: packets can go this way"],
  broken: ["error", "Broken"],
  forbidden: ["error", "Works, and must not"],
  unproven: ["waiting", "Not a flow: nothing to prove"],
};

export function LinkInspector({ id, count }: { id: Id; count: number }) {
  const workbench = useWorkbench();
  const { document, catalog, edit, file, facts, run } = workbench;
  const link = useDesign(linksOf)[id];
  const fact = useSelected(facts, linkFacts).get(id);
  const findings = useSelected(facts, findingsOf).get(id) ?? [];
  const readOnly = useReadable(file).readOnly !== undefined;
  if (!link) return null;
  const set = (change: LinkChangeJson) => void edit({ edit: "set-link", id, ...change });
  const from = catalog.kind(document.resource(link.from)?.kind ?? "");
  const to = document.resource(link.to)?.kind ?? "";
  const kinds = (from?.links ?? []).filter((end) => end.to.includes(to)).map((end) => end.kind);
  const kind = fact?.kind ?? link.kind ?? kinds[0] ?? "flow";
  const [mark, words] = STATES[fact?.state ?? ""] ?? ["waiting", "Not judged yet"];
  return (
    <>
      <header className="inspector-head">
        <span className="tile tint-network">
          <Icon name="arrow" size={20} />
        </span>
        <div className="grow">
          <h2 className="cut">
            {document.title(link.from)} → {document.title(link.to)}
          </h2>
          <p className="muted">
            {kind}
            {count > 1 && ` · first of ${count} links`}
          </p>
        </div>
      </header>
      <div className="inspector-body">
        {findings.map((finding) => (
          <FindingCard key={finding.key} finding={finding} />
        ))}
        <div className="link-state">
          <Mark state={mark} />
          <span>{fact?.because ? sentence(fact.because) : words}</span>
        </div>
        {fact?.blockedAt && (
          <Button small onPress={() => goTo(workbench, fact.blockedAt ?? "")}>
            Show what blocks it
          </Button>
        )}
        <InLab id={id} instances={[]} />
        {kinds.length > 1 && (
          <section aria-label="Kind">
            <h2>Kind</h2>
            <SelectBox
              bare
              label="Kind of link"
              value={kind}
              readOnly={readOnly}
              choices={kinds.map((one) => ({ id: one, title: one }))}
              onDone={(value) => set({ kind: value as LinkKind })}
            />
          </section>
        )}
        {(kind === "flow" || kind === "target" || kind === "peering") && (
          <section aria-label="Ports">
            <h2>Ports</h2>
            <Ports
              allow={link.allow ?? []}
              readOnly={readOnly}
              none={`Every service of ${document.title(link.to)}`}
              onSet={(allow) => set({ allow })}
            />
          </section>
        )}
        {kind === "cable" && (
          <Cable link={link} readOnly={readOnly} onSet={(attributes) => set({ attributes })} />
        )}
        <LinkFields
          link={link}
          fields={fieldsOf(kind, [document.resource(link.from)?.kind ?? "", to])}
          readOnly={readOnly}
          onSet={(attributes) => set({ attributes })}
        />
        {(kind === "flow" || kind === "trigger") && (
          <section aria-label="Access">
            <h2>Access</h2>
            <div className="checks">
              {ACCESS.map((one) => (
                <CheckBox
                  key={one}
                  label={one}
                  readOnly={readOnly}
                  value={link.access?.includes(one) ?? false}
                  onDone={(on) =>
                    set({
                      access: ACCESS.filter((other) => (other === one ? on : link.access?.includes(other))),
                    })
                  }
                />
              ))}
            </div>
          </section>
        )}
        <section aria-label="About">
          <h2>About</h2>
          <div className="field">
            <span className="field-label">Note</span>
            <TextBox
              bare
              label="Note"
              value={link.note ?? ""}
              readOnly={readOnly}
              placeholder="what it is for"
              onDone={(note) => set({ note })}
            />
          </div>
          <div className="field">
            <span className="field-label">Traffic</span>
            <TextBox
              bare
              label="Traffic"
              value={link.traffic ?? ""}
              readOnly={readOnly}
              placeholder="200 GB/month"
              check={(text) =>
                text === "" || /^\d+(\.\d+)?\s*[KMGTP]i?B\/(hour|day|month|year)$/i.test(text.trim())
                  ? undefined
                  : "give a volume and a time, like 200 GB/month"
              }
              onDone={(traffic) => set({ traffic })}
            />
          </div>
        </section>
        {!readOnly && (
          <Button small look="plain" icon="remove" onPress={() => run("delete")}>
            Remove link
          </Button>
        )}
      </div>
    </>
  );
}
