// Views: places on the drawing to go to. Saved in the settings per design, never in the design.
import { useState } from "react";
import { Button, Empty, IconButton } from "../../controls/button";
import { LiveBox } from "../../controls/fields";
import { Icon, RawIcon } from "../../controls/icon";
import type { DesignJson, Id } from "../../document/model";
import type { Camera } from "../../editor/editor";
import { useDesign, useReadable, useSetting, useWorkbench } from "../context";
import "./views.css";

interface SavedView {
  name: string;
  camera: Camera;
}

const MOST_CONTAINERS = 40;
const keyOf = (design: DesignJson) => design.id ?? design.name ?? "untitled";
const resourcesOf = (design: DesignJson) => design.resources;

export function Views() {
  const { editor } = useWorkbench();
  const key = useDesign(keyOf);
  const [views, setViews] = useSetting<SavedView[]>(`views.${key}`, []);
  const [name, setName] = useState("");
  const add = () => {
    const title = name.trim() || `View ${views.length + 1}`;
    setViews([...views.filter((view) => view.name !== title), { name: title, camera: editor.camera.get() }]);
    setName("");
  };
  return (
    <div className="views">
      <section aria-label="Show">
        <h2>Show</h2>
        <ViewRow icon="fit" title="Everything" onPress={() => editor.run("zoom-fit")} />
        <SelectionRow />
      </section>
      <Containers />
      <section aria-label="Saved views">
        <h2>Saved</h2>
        {views.length === 0 && <Empty text="Keep a place you come back to" />}
        {views.map((view) => (
          <ViewRow
            key={view.name}
            icon="recent"
            title={view.name}
            onPress={() => editor.setCamera(view.camera)}
            onRemove={() => setViews(views.filter((other) => other !== view))}
          />
        ))}
        <form
          className="views-add"
          onSubmit={(event) => {
            event.preventDefault();
            add();
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
    </div>
  );
}

function SelectionRow() {
  const { editor } = useWorkbench();
  const { resources, links } = useReadable(editor.selection);
  if (resources.length + links.length === 0) return null;
  return <ViewRow icon="search" title="Selection" onPress={() => editor.run("zoom-selection")} />;
}

function Containers() {
  const { document, catalog, editor } = useWorkbench();
  const resources = useDesign(resourcesOf);
  const containers = Object.entries(resources)
    .filter(([, resource]) => catalog.kind(resource.kind)?.container)
    .slice(0, MOST_CONTAINERS);
  if (containers.length === 0) return null;
  const show = (id: Id) => {
    editor.select({ resources: [id], links: [] });
    editor.run("zoom-selection");
  };
  return (
    <section aria-label="Containers">
      <h2>Containers</h2>
      {containers.map(([id, resource]) => (
        <ViewRow
          key={id}
          raw={catalog.icons[catalog.kind(resource.kind)?.icon ?? ""] ?? ""}
          family={catalog.kind(resource.kind)?.family ?? ""}
          title={document.title(id)}
          onPress={() => show(id)}
        />
      ))}
    </section>
  );
}

interface ViewRowProps {
  title: string;
  icon?: string;
  raw?: string;
  family?: string;
  onPress: () => void;
  onRemove?: () => void;
}

function ViewRow({ title, icon, raw, family, onPress, onRemove }: ViewRowProps) {
  return (
    <div className="views-row">
      <button type="button" className="focus-ring" onClick={onPress}>
        <span className={family ? `tinted tint-${family}` : "muted"}>
          {raw ? <RawIcon text={raw} size={15} /> : <Icon name={icon ?? "fit"} size={15} />}
        </span>
        <span className="cut">{title}</span>
      </button>
      {onRemove && <IconButton size="tiny" icon="close" label={`Remove view ${title}`} onPress={onRemove} />}
    </div>
  );
}
