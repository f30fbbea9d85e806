// The tools that float over the drawing, and the zoom at its corner.
import { useEffect, useRef } from "react";
import { Button as AriaButton, ToggleButton, Toolbar, Tooltip, TooltipTrigger } from "react-aria-components";
import { Icon } from "../controls/icon";
import { MenuButton } from "../controls/menu";
import type { ToolName } from "../editor/editor";
import { useReadable, useSelected, useWorkbench } from "../panels/context";

/** Pixels at the drawing's bottom that the tools stand over. They reach 58 up; a fitted drawing's margin does the rest. */
export const TOOLS_COVER = 44;
const USUAL_REACH = 58;

/** Larger text makes them higher, and a narrow drawing sets them in two lines. */
function useCover(tools: React.RefObject<HTMLDivElement | null>): void {
  const { editor } = useWorkbench();
  useEffect(() => {
    const element = tools.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      const below = Number.parseFloat(getComputedStyle(element).bottom);
      editor.setCovered(TOOLS_COVER + Math.max(0, Math.round(element.offsetHeight + below) - USUAL_REACH));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [editor, tools]);
}

const TOOLS: { tool: ToolName; icon: string; title: string; key: string }[] = [
  { tool: "select", icon: "tool-select", title: "Select", key: "V" },
  { tool: "pan", icon: "tool-pan", title: "Move the view", key: "H" },
  { tool: "link", icon: "tool-link", title: "Draw links", key: "L" },
];

const ACTS = [
  { command: "part-add", icon: "add", title: "Add a part", key: "/" },
  { command: "tool-note", icon: "tool-note", title: "Write a note", key: "N" },
  { command: "zoom-fit", icon: "tool-fit", title: "Show everything", key: "Shift 1" },
  { command: "layout", icon: "tool-layout", title: "Lay out everything", key: "" },
];

export function CanvasTools() {
  const { editor, run } = useWorkbench();
  const tool = useReadable(editor.tool);
  const locked = useReadable(editor.toolLock);
  const tools = useRef<HTMLDivElement>(null);
  useCover(tools);
  return (
    <>
      <Toolbar ref={tools} className="canvas-tools" aria-label="Tools">
        {TOOLS.map((one) => (
          <Tip key={one.tool} title={one.title} shortcut={one.key}>
            <ToggleButton
              className="tool"
              aria-label={one.title}
              isSelected={tool === one.tool}
              onChange={() => editor.setTool(one.tool)}
            >
              <Icon name={one.icon} size={17} />
            </ToggleButton>
          </Tip>
        ))}
        <Tip title={locked ? "Put tools down after use" : "Keep the tool after use"} shortcut="Q">
          <ToggleButton
            className="tool"
            aria-label="Keep the tool after use"
            isSelected={locked}
            onChange={() => run("tool-lock")}
          >
            <Icon name="tool-keep" size={17} />
          </ToggleButton>
        </Tip>
        {ACTS.map((one) => (
          <Tip key={one.command} title={one.title} shortcut={one.key}>
            <AriaButton className="tool" aria-label={one.title} onPress={() => run(one.command)}>
              <Icon name={one.icon} size={17} />
            </AriaButton>
          </Tip>
        ))}
      </Toolbar>
      <Zoom />
    </>
  );
}

function Tip({ title, shortcut, children }: { title: string; shortcut: string; children: React.ReactNode }) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children as React.ReactElement}
      <Tooltip className="tooltip" offset={8}>
        {title} {shortcut && <span className="tip-key">{shortcut}</span>}
      </Tooltip>
    </TooltipTrigger>
  );
}

function Zoom() {
  const { editor, run } = useWorkbench();
  const percent = useSelected(editor.camera, (camera) => Math.round(camera.zoom * 100));
  const entry = (id: string, title: string, hint?: string) => ({
    id,
    title,
    run: () => run(id),
    ...(hint ? { hint } : {}),
  });
  return (
    <MenuButton
      label="Zoom"
      groups={[
        [
          entry("zoom-in", "Zoom in", "Ctrl +"),
          entry("zoom-out", "Zoom out", "Ctrl -"),
          entry("zoom-100", "100 %", "Ctrl 0"),
        ],
        [
          entry("zoom-fit", "Show everything", "Shift 1"),
          entry("zoom-selection", "Show selection", "Shift 2"),
          entry("minimap", "Mini-map on or off", "M"),
        ],
      ]}
    >
      <AriaButton className="button zoom" aria-label={`Zoom: ${percent} percent`}>
        {percent} %
      </AriaButton>
    </MenuButton>
  );
}
