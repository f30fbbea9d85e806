// Inspector: what is selected, findings first. One resource, many, a link, or the design itself.
// Escape gives the keyboard back to the drawing, where what was selected still is.
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
  // What a field does with Escape comes first: a draft is dropped, a list closes.
  const back = (event: React.KeyboardEvent<HTMLElement>) => {
    const field = event.target as HTMLElement;
    const elsewhere = !event.currentTarget.contains(field) || field.getAttribute("aria-expanded") === "true";
    if (event.key === "Escape" && !elsewhere) editor.grabFocus();
  };
  return (
    <div className="inspector" role="none" onKeyDown={back}>
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
