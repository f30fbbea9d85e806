// Views: what is shown and from where, under a name; layers, overlays and containers to work in. Saved in the
// settings per design, never in the design.
import { useState } from "react";
import { Button, Empty, IconButton } from "../../controls/button";
import { LiveBox } from "../../controls/fields";
import { Icon, RawIcon } from "../../controls/icon";
import type { DesignJson, Id } from "../../document/model";
import { useDesign, useReadable, useSetting, useWorkbench } from "../context";
import { QueryBox } from "../query";
import {
  EVERYTHING,
  focusOn,
  type Layer,
  layersOf,
  OVERLAYS,
  readShowing,
  type SavedView,
  type Showing,
} from "../showing";
import "./views.css";

const MOST_CONTAINERS = 40;
const keyOf = (design: DesignJson) => design.id ?? design.name ?? "untitled";
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

/** Named views: a press goes there, another name keeps what is shown now. */
function Saved() {
  const { editor, showing } = useWorkbench();
  const key = useDesign(keyOf);
  const [views, setViews] = useSetting<SavedView[]>(`views.${key}`, []);
  const [name, setName] = useState("");
  const keep = () => {
    const title = name.trim() || `View ${views.length + 1}`;
    const view = { name: title, camera: editor.camera.get(), showing: showing.get() };
    const known = views.findIndex((one) => one.name === title);
    setViews(known < 0 ? [...views, view] : views.map((one, k) => (k === known ? view : one)));
    setName("");
  };
  const go = (view: SavedView) => {
    showing.set(readShowing(view.showing));
    editor.setCamera(view.camera);
  };
  const everything = () => {
    showing.set(EVERYTHING);
    editor.run("zoom-fit");
  };
  return (
    <section aria-label="Saved views">
      <h2>Views</h2>
      <ViewRow icon="fit" title="Everything" onPress={everything} />
      {views.length === 0 && <Empty text="Keep what is shown under a name" />}
      {views.map((view) => (
        <ViewRow
          key={view.name}
          icon="recent"
          title={view.name}
          hint={readShowing(view.showing).query}
          onPress={() => go(view)}
          onRemove={() => setViews(views.filter((other) => other !== view))}
        />
      ))}
      <form
        className="views-add"
        onSubmit={(event) => {
          event.preventDefault();
          keep();
        }}
      >
        <LiveBox
          bare
          label="Name of the view"
          value={name}
          onChange={setName}
          placeholder={`View ${views.length + 1}`}
        />
        <Button small type="submit">
          Keep
        </Button>
      </form>
    </section>
  );
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
