// Over the drawing: what is shown if not everything is, with the way back, and the legend of an overlay.
import { IconButton } from "../../controls/button";
import { Icon } from "../../controls/icon";
import type { DesignJson } from "../../document/model";
import type { Tone } from "../../editor/editor";
import { useDesign, useReadable, useWorkbench } from "../context";
import { plural } from "../facts";
import {
  EVERYTHING,
  focusOn,
  isPartial,
  OVERLAYS,
  type OverlayName,
  type Showing,
  shownIds,
} from "../showing";
import "./legend.css";

const designOf = (design: DesignJson) => design;

/** The way from the top to the container in focus, and what else is left out. */
export function ShowingBar() {
  const workbench = useWorkbench();
  const { document, showing } = workbench;
  const now = useReadable(showing);
  const design = useDesign(designOf);
  if (!isPartial(now)) return null;
  const all = Object.keys(design.resources).length;
  const count = shownIds(now, workbench)?.size ?? all;
  const set = (change: Partial<Showing>) => showing.set({ ...now, ...change });
  const chain = now.focus === null ? [] : [...document.ancestors(now.focus).reverse(), now.focus];
  return (
    <nav className="showing-bar" aria-label="What is shown">
      {now.focus !== null && (
        <ol className="crumbs" aria-label="Container in focus">
          <li>
            <button type="button" className="focus-ring" onClick={() => set({ focus: null })}>
              All
            </button>
          </li>
          {chain.map((id) => (
            <li key={id}>
              <Icon name="right" size={11} />
              <button
                type="button"
                className="focus-ring"
                aria-current={id === now.focus}
                onClick={() => focusOn(workbench, id)}
              >
                {document.title(id)}
              </button>
            </li>
          ))}
          <li>
            <button
              type="button"
              className="focus-ring muted"
              onClick={() => set({ outside: now.outside === "fade" ? "hide" : "fade" })}
            >
              {now.outside === "fade" ? "Hide the rest" : "Fade the rest"}
            </button>
          </li>
        </ol>
      )}
      {now.query !== "" && <span className="chip">{now.query}</span>}
      {now.connected && <span className="chip">connected only</span>}
      {now.hidden.length > 0 && <span className="chip">{plural(now.hidden.length, "layer")} off</span>}
      <span className="muted" role="status">
        {count} of {all} shown
      </span>
      <IconButton
        size="tiny"
        icon="close"
        label="Show all parts"
        onPress={() => showing.set({ ...EVERYTHING, overlay: now.overlay })}
      />
    </nav>
  );
}

const NOTHING: { [name in OverlayName]: string } = {
  findings: "Nothing is found",
  exposure: "The internet reaches nothing",
  cost: "Nothing that is drawn costs anything",
  availability: "Nothing that is drawn stands in a zone",
  deployment: "Nothing to run is drawn",
  differences: "Nothing changed since the last save",
};

const SIGNS: { [tone in Tone]: string } = {
  ok: "check",
  note: "clock",
  warning: "warning",
  error: "close",
  off: "subtract",
};

export function Legend() {
  const { overlay, showing } = useWorkbench();
  const now = useReadable(showing);
  const said = useReadable(overlay);
  const chosen = OVERLAYS.find(({ id }) => id === now.overlay);
  if (!chosen) return null;
  const close = () => showing.set({ ...now, overlay: null });
  return (
    <section className="legend" aria-label={`Overlay: ${chosen.title}`}>
      <header>
        <h2>{chosen.title}</h2>
        <span className="muted grow">{chosen.help}</span>
        <IconButton size="tiny" icon="close" label={`End ${chosen.title}`} onPress={close} />
      </header>
      <div role="status">
        {said === null || said === "wait" ? (
          <p className="muted">Asking …</p>
        ) : "refused" in said ? (
          <p>{said.refused}</p>
        ) : (
          <>
            {said.legend.length === 0 && !said.note && <p className="muted">{NOTHING[chosen.id]}</p>}
            <ul>
              {said.legend.map(({ tone, text, count }) => (
                <li key={text}>
                  <span className={`legend-sign tone-${tone}`}>
                    {tone === "note" ? <span className="ring" /> : <Icon name={SIGNS[tone]} size={11} />}
                  </span>
                  <span className="grow">{text}</span>
                  <span className="muted">{count}</span>
                </li>
              ))}
            </ul>
            {said.note && <p className="muted">{said.note}</p>}
          </>
        )}
      </div>
    </section>
  );
}
