// Views: what is shown, from where, and at which places, under a name; layers, overlays and containers to work in.
import { Fragment, useState } from "react";
import { Button, Empty, IconButton } from "../../controls/button";
import { LiveBox, SwitchBox, TextBox } from "../../controls/fields";
import { Icon, RawIcon } from "../../controls/icon";
import type { DesignJson, Id, RectJson, ViewJson } from "../../document/model";
import type { DocumentStore } from "../../document/store";
import type { Editor } from "../../editor/editor";
import { useDesign, useReadable, useWorkbench, type Workbench } from "../context";
import { QueryBox } from "../query";
import {
  differs,
  EVERYTHING,
  focusOn,
  freeViewId,
  isPartial,
  type Layer,
  layersOf,
  listed,
  OVERLAYS,
  type Showing,
  showingOf,
  viewOf,
} from "../showing";
import "./views.css";

const MOST_CONTAINERS = 40;
const viewsIn = (design: DesignJson) => design.views;
const layoutsIn = (design: DesignJson) => design.layouts;
const designOf = (design: DesignJson) => design;

export function Views() {
  return (
    <div className="views">
      <Saved />
      <Filter />
      <Layers />
      <Overlays />
      <Containers />
    </div>
  );
}

/** Named views, part of the design: a press goes there, a new name keeps what is shown now. */
function Saved() {
  const workbench = useWorkbench();
  const { editor, showing, edit, file } = workbench;
  const known = useDesign(viewsIn);
  const own = useDesign(layoutsIn);
  const now = useReadable(showing);
  const readOnly = useReadable(file).readOnly !== undefined;
  const views = listed(known);
  const [name, setName] = useState("");
  const free = (n: number): string =>
    views.some((one) => one.title === `View ${n}`) ? free(n + 1) : `View ${n}`;
  const placeholder = free(views.length + 1);
  const taken = views.some((one) => one.title === name.trim());
  const keep = async () => {
    if (taken) return;
    const title = name.trim() || placeholder;
    const id = freeViewId(title, known);
    const view = viewOf(showing.get(), title, windowOf(editor));
    setName("");
    if (await edit({ edit: "set-view", id, view })) showing.set({ ...showing.get(), view: id });
  };
  return (
    <section aria-label="Saved views">
      <h2>Views</h2>
      <ViewRow
        icon="fit"
        title="Everything"
        pressed={now.view === null && !isPartial(now)}
        onPress={() => go(workbench, null)}
      />
      {views.length === 0 && <Empty text="Keep what is shown under a name: it becomes part of the design" />}
      {views.map(({ id, title, view }) => (
        <Fragment key={id}>
          <ViewRow
            icon={Object.hasOwn(own, id) ? "tool-layout" : "screen"}
            title={title}
            hint={view.query ?? ""}
            pressed={now.view === id}
            onPress={() => go(workbench, id)}
            {...(readOnly ? {} : { onRemove: () => void edit({ edit: "set-view", id, view: null }) })}
          />
          {now.view === id && !readOnly && (
            <Chosen id={id} title={title} view={view} own={Object.hasOwn(own, id)} />
          )}
        </Fragment>
      ))}
      {!readOnly && (
        <form
          className="views-add"
          onSubmit={(event) => {
            event.preventDefault();
            void keep();
          }}
        >
          <LiveBox
            bare
            label="Name of the view"
            value={name}
            onChange={setName}
            placeholder={placeholder}
            {...(taken ? { wrong: "Another view has this name" } : {})}
          />
          <Button small type="submit">
            Keep
          </Button>
        </form>
      )}
    </section>
  );
}

/** What can be done with the view that is looked at. */
function Chosen({ id, title, view, own }: { id: Id; title: string; view: ViewJson; own: boolean }) {
  const { edit, editor, showing, document } = useWorkbench();
  const now = useReadable(showing);
  const set = (next: ViewJson) => void edit({ edit: "set-view", id, view: next });
  const taken = (text: string) =>
    listed(document.design().views).some((other) => other.id !== id && other.title === text.trim());
  return (
    <div className="views-chosen">
      <TextBox
        label="Name"
        value={title}
        check={(text) => {
          if (text.trim() === "") return "A view needs a name";
          return taken(text) ? "Another view has this name" : undefined;
        }}
        onDone={(text) => set({ ...view, title: text.trim() })}
      />
      <SwitchBox
        label="Places of its own"
        help="Shapes stand elsewhere in this view than in the drawing: what you move here moves only here"
        value={own}
        onDone={(on) => void edit({ edit: "set-own-places", view: id, own: on })}
      />
      <Button small onPress={() => set(viewOf(now, title, windowOf(editor), view))}>
        {differs(now, id, view) ? "Keep what is shown now" : "Keep what the window shows"}
      </Button>
    </div>
  );
}

/** Shows a view (null: everything) and leads there. */
async function go({ document, editor, showing }: Workbench, id: Id | null): Promise<void> {
  const view = id === null ? undefined : document.design().views[id];
  showing.set(id !== null && view ? showingOf(id, view) : EVERYTHING);
  await drawnIn(document, id);
  if (showing.get().view !== id) return;
  const [x, y, w, h] = view?.window ?? [0, 0, 0, 0];
  if (w > 0 && h > 0) editor.see({ x, y, w, h });
  else editor.run("zoom-fit");
}

/** Until shapes stand where they do in the view. */
function drawnIn(store: DocumentStore, id: Id | null): Promise<void> {
  const own = id !== null && Object.hasOwn(store.design().layouts, id) ? id : null;
  if (store.view() === own) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = store.subscribe(() => {
      if (store.view() !== own) return;
      stop();
      resolve();
    });
  });
}

function windowOf(editor: Editor): RectJson {
  const { x, y, w, h } = editor.seen();
  return [Math.round(x), Math.round(y), Math.max(1, Math.round(w)), Math.max(1, Math.round(h))];
}

/** The query that decides what is in the view. */
function Filter() {
  const workbench = useWorkbench();
  const { showing } = workbench;
  const now = useReadable(showing);
  const set = (change: Partial<Showing>) => showing.set({ ...now, ...change });
  return (
    <section aria-label="Only show">
      <h2>Only show</h2>
      <div className="views-query">
        <QueryBox
          workbench={workbench}
          label="Only show what this finds"
          text={now.query}
          placeholder="in:app or kind:database"
          onText={(query) => set({ query })}
          onDone={() => workbench.editor.run("zoom-fit")}
          onEscape={() => set({ query: "" })}
        />
      </div>
      <Toggle
        title="What is connected"
        on={now.connected !== null}
        onPress={() => workbench.run("hide-unconnected")}
      />
    </section>
  );
}

function Layers() {
  const workbench = useWorkbench();
  useDesign(designOf);
  const now = useReadable(workbench.showing);
  const turn = (layer: Layer, on: boolean) =>
    workbench.showing.set({
      ...now,
      hidden: on ? now.hidden.filter((one) => one !== layer.id) : [...now.hidden, layer.id],
    });
  return (
    <section aria-label="Layers">
      <h2>Layers</h2>
      {layersOf(workbench).map((layer) => {
        const on = !now.hidden.includes(layer.id);
        return (
          <Toggle
            key={layer.id}
            title={layer.title}
            hint={String(layer.count)}
            on={on}
            onPress={() => turn(layer, !on)}
          />
        );
      })}
    </section>
  );
}

function Overlays() {
  const { showing } = useWorkbench();
  const now = useReadable(showing);
  return (
    <section aria-label="Overlays">
      <h2>Overlays</h2>
      {OVERLAYS.map(({ id, title, help }) => (
        <Toggle
          key={id}
          title={title}
          help={help}
          on={now.overlay === id}
          onPress={() => showing.set({ ...now, overlay: now.overlay === id ? null : id })}
        />
      ))}
    </section>
  );
}

/** A press works in the container. */
function Containers() {
  const workbench = useWorkbench();
  const { document, catalog } = workbench;
  const { resources } = useDesign(designOf);
  const now = useReadable(workbench.showing);
  const containers = Object.entries(resources)
    .filter(([, resource]) => catalog.kind(resource.kind)?.container)
    .slice(0, MOST_CONTAINERS);
  if (containers.length === 0) return null;
  const press = (id: Id) =>
    now.focus === id ? workbench.showing.set({ ...now, focus: null }) : focusOn(workbench, id);
  return (
    <section aria-label="Containers">
      <h2>Work in</h2>
      {containers.map(([id, resource]) => (
        <ViewRow
          key={id}
          raw={catalog.icons[catalog.kind(resource.kind)?.icon ?? ""] ?? ""}
          family={catalog.kind(resource.kind)?.family ?? ""}
          title={document.title(id)}
          pressed={now.focus === id}
          onPress={() => press(id)}
        />
      ))}
    </section>
  );
}

interface ToggleProps {
  title: string;
  hint?: string;
  /** Shown as a tip. */
  help?: string;
  on: boolean;
  onPress: () => void;
}

function Toggle({ title, hint, help, on, onPress }: ToggleProps) {
  return (
    <div className="views-row">
      <button
        type="button"
        className="focus-ring"
        role="switch"
        aria-checked={on}
        aria-label={title}
        title={help}
        onClick={onPress}
      >
        <span className={`views-check ${on ? "on" : ""}`}>{on && <Icon name="check" size={11} />}</span>
        <span className="cut grow">{title}</span>
        {hint && <span className="muted cut views-hint">{hint}</span>}
      </button>
    </div>
  );
}

interface ViewRowProps {
  title: string;
  hint?: string;
  icon?: string;
  raw?: string;
  family?: string;
  pressed?: boolean;
  onPress: () => void;
  onRemove?: () => void;
}

function ViewRow({ title, hint, icon, raw, family, pressed, onPress, onRemove }: ViewRowProps) {
  return (
    <div className="views-row">
      <button type="button" className="focus-ring" aria-pressed={pressed} onClick={onPress}>
        <span className={family ? `tinted tint-${family}` : "muted"}>
          {raw ? <RawIcon text={raw} size={15} /> : <Icon name={icon ?? "fit"} size={15} />}
        </span>
        <span className="cut grow">{title}</span>
        {hint && <span className="muted cut views-hint">{hint}</span>}
      </button>
      {onRemove && <IconButton size="tiny" icon="close" label={`Remove view ${title}`} onPress={onRemove} />}
    </div>
  );
}
