// Inspector: what is selected, findings first. One resource, many, a link, or the design itself.
import { useReadable, useWorkbench } from "../context";
import { DesignInspector } from "./design";
import { LinkInspector } from "./link";
import { ResourceInspector } from "./resource";
import "./inspector.css";

export function Inspector() {
  const { editor, document } = useWorkbench();
  const { resources, links } = useReadable(editor.selection);
  const ids = resources.filter((id) => document.resource(id));
  const link = links.find((id) => document.link(id));
  return (
    <div className="inspector">
      {ids.length > 0 ? (
        <ResourceInspector key={ids.join(" ")} ids={ids} />
      ) : link ? (
        <LinkInspector key={link} id={link} count={links.length} />
      ) : (
        <DesignInspector />
      )}
    </div>
  );
}
