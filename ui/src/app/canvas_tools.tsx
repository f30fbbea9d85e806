// The tools that float over the drawing, and the zoom at its corner: in one line, and what has no room there is in a menu.
import { useLayoutEffect, useRef, useState } from "react";
import { Button as AriaButton, ToggleButton, Toolbar, Tooltip, TooltipTrigger } from "react-aria-components";
import { Icon } from "../controls/icon";
import { MenuButton } from "../controls/menu";
import { fitting } from "../controls/tabs";
import { useTextScale } from "../controls/text_scale";
import type { Editor, ToolName } from "../editor/editor";
import { useReadable, useSelected, useWorkbench } from "../panels/context";

/** Pixels at the drawing's bottom that the tools stand over. They reach 58 up; a fitted drawing's margin does the rest. */
export const TOOLS_COVER = 44;
const USUAL_REACH = 58;
/** Of a tool with the gap beside it, and of what else is in the line: the frame around the tools, a gap and the zoom. */
const TOOL_WIDTH = 36;
const REST_WIDTH = 76;

interface Tool {
  id: string;
  icon: string;
  title: string;
  key: string;
  /** What can be on, and how its tip names the press that follows. */
  on?: boolean;
  tip?: string;
  run: () => void;
}

const TOOLS: { id: ToolName; icon: string; title: string; key: string }[] = [
  { id: "select", icon: "tool-select", title: "Select", key: "V" },
  { id: "pan", icon: "tool-pan", title: "Move the view", key: "H" },
  { id: "link", icon: "tool-link", title: "Draw links", key: "L" },
];

const LOCK = { id: "tool-lock", icon: "tool-keep", title: "Keep the tool after use", key: "Q" };

const ACTS = [
  { id: "part-add", icon: "add", title: "Add a part", key: "/" },
  { id: "tool-note", icon: "tool-note", title: "Write a note", key: "N" },
  { id: "zoom-fit", icon: "tool-fit", title: "Show everything", key: "Shift 1" },
  { id: "layout", icon: "tool-layout", title: "Lay out everything", key: "" },
];

export function CanvasTools() {
  const { editor } = useWorkbench();
  const line = useRef<HTMLDivElement>(null);
  const width = useLine(line, editor);
  const room = width / useTextScale() - REST_WIDTH;
  const tools = useTools();
  // The tool in hand always shows.
  const inHand = tools.findIndex((one) => one.on);
  const shown = new Set(fitting({ widths: tools.map(() => TOOL_WIDTH), room, more: TOOL_WIDTH }, inHand));
  const rest = tools.filter((_, index) => !shown.has(index));
  return (
    <div ref={line} className="canvas-line">
      <Toolbar className="canvas-tools" aria-label="Tools">
        {tools.map((one, index) => shown.has(index) && <ToolButton key={one.id} tool={one} />)}
        {rest.length > 0 && <More rest={rest} />}
      </Toolbar>
      <Zoom />
    </div>
  );
}

function useTools(): Tool[] {
  const { editor, run } = useWorkbench();
  const tool = useReadable(editor.tool);
  const locked = useReadable(editor.toolLock);
  return [
    ...TOOLS.map((one) => ({ ...one, on: tool === one.id, run: () => editor.setTool(one.id) })),
    {
      ...LOCK,
      on: locked,
      tip: locked ? "Put tools down after use" : LOCK.title,
      run: () => run(LOCK.id),
    },
    ...ACTS.map((one) => ({ ...one, run: () => run(one.id) })),
  ];
}

/** How wide the line is. Larger text makes it higher: the drawing is told how much it covers. */
function useLine(line: React.RefObject<HTMLDivElement | null>, editor: Editor): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = line.current;
    if (!element) return;
    const look = () => {
      const below = Number.parseFloat(getComputedStyle(element).bottom);
      editor.setCovered(TOOLS_COVER + Math.max(0, Math.round(element.offsetHeight + below) - USUAL_REACH));
      setWidth(element.offsetWidth);
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [editor, line]);
  return width;
}

function ToolButton({ tool: { icon, title, tip = title, key, on, run } }: { tool: Tool }) {
  const face = { className: "tool", "aria-label": title, children: <Icon name={icon} size={17} /> };
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {on === undefined ? (
        <AriaButton {...face} onPress={run} />
      ) : (
        <ToggleButton {...face} isSelected={on} onChange={run} />
      )}
      <Tooltip className="tooltip" offset={8}>
        {tip} {key && <span className="tip-key">{key}</span>}
      </Tooltip>
    </TooltipTrigger>
  );
}

function More({ rest }: { rest: Tool[] }) {
  const entries = rest.map(({ id, title, key, on = false, run }) => ({
    id,
    title,
    run,
    chosen: on,
    ...(key ? { hint: key } : {}),
  }));
  return (
    <MenuButton label="More tools" groups={[entries]}>
      <AriaButton className="tool" aria-label={`${rest.length} more tools`}>
        <Icon name="more" size={17} />
      </AriaButton>
    </MenuButton>
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
