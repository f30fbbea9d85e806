/** The same drawing in React Flow, as its documentation would have it: controlled nodes, memoised node types. */
import "@fontsource-variable/inter";
import {
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useEdgesState,
  useNodesState,
  useReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { memo, useEffect, useRef } from "react";
import { createRoot } from "react-dom/client";
import type { DesignJson, Id, RectJson } from "../../src/document/model";
import type { Camera } from "../../src/editor/editor";

type Shape = Node<{ title: string; about: string; failed: boolean }>;

const Card = memo(({ data }: NodeProps<Shape>) => (
  <div className={data.failed ? "card error" : "card"}>
    <Handle type="target" position={Position.Left} />
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path d="M8 8h16v7H8zM8 17h16v7H8z" fill="#2563eb" />
    </svg>
    <div>
      <b>{data.title}</b>
      <span>{data.about}</span>
    </div>
    <i />
    <Handle type="source" position={Position.Right} />
  </div>
));
const Container = memo(({ data }: NodeProps<Shape>) => <div className="container">{data.title}</div>);
const NODE_TYPES = { card: Card, container: Container };
const CONTAINERS = ["region", "network", "subnet"];

/** Parents before their children, places relative to the parent. */
function nodesOf({ resources, layout }: DesignJson): Shape[] {
  const nodes: Shape[] = [];
  const done = new Set<Id>();
  const add = (id: Id) => {
    if (done.has(id)) return;
    done.add(id);
    const { kind, parent, title } = resources[id]!;
    if (parent !== undefined) add(parent);
    const [x, y, width, height] = layout.resources[id] as RectJson;
    const [px, py] = parent === undefined ? [0, 0] : (layout.resources[parent] as RectJson);
    nodes.push({
      id,
      type: CONTAINERS.includes(kind) ? "container" : "card",
      position: { x: x - px, y: y - py },
      width,
      height,
      data: { title: title ?? id, about: kind, failed: false },
      ...(parent === undefined ? {} : { parentId: parent }),
    });
  };
  for (const id of Object.keys(resources)) add(id);
  return nodes;
}

function edgesOf({ links }: DesignJson): Edge[] {
  return Object.entries(links).map(([id, { from, to }]) => ({
    id,
    source: from,
    target: to,
    type: "smoothstep",
    markerEnd: { type: MarkerType.ArrowClosed },
  }));
}

function Flow({ design }: { design: DesignJson }) {
  const [nodes, setNodes, onNodesChange] = useNodesState(nodesOf(design));
  const [edges, , onEdgesChange] = useEdgesState(edgesOf(design));
  const before = useRef<Shape[]>([]);
  const latest = useRef(nodes);
  latest.current = nodes;
  const keep = () => {
    before.current = latest.current;
  };
  const flow = useReactFlow<Shape>();
  useEffect(() => {
    const box = () => document.querySelector(".react-flow")!.getBoundingClientRect();
    const api = {
      look: (camera: Camera | null) =>
        camera
          ? flow.setViewport({ x: -camera.x * camera.zoom, y: -camera.y * camera.zoom, zoom: camera.zoom })
          : flow.fitView(),
      place() {
        const { x, y, zoom } = flow.getViewport();
        const { x: left, y: top, width, height } = box();
        return {
          camera: { x: -x / zoom, y: -y / zoom, zoom },
          box: { x: left, y: top, w: width, h: height },
        };
      },
      selected: () => latest.current.filter((node) => node.selected).length,
      where: (id: Id) => JSON.stringify(flow.getInternalNode(id)?.internals.positionAbsolute),
      fail(ids: Id[]) {
        const some = new Set(ids);
        setNodes((all) =>
          all.map((node) => (some.has(node.id) ? { ...node, data: { ...node.data, failed: true } } : node)),
        );
      },
    };
    const undo = (event: KeyboardEvent) => {
      if (event.ctrlKey && event.key === "z") setNodes(before.current);
    };
    window.addEventListener("keydown", undo);
    Object.assign(window, { flow: api });
    return () => window.removeEventListener("keydown", undo);
  }, [flow, setNodes]);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onNodeDragStart={keep}
      onSelectionDragStart={keep}
      onlyRenderVisibleElements={location.search.includes("only-visible")}
      minZoom={0.005}
      panOnDrag={[1, 2]}
      selectionOnDrag
      selectionMode={SelectionMode.Full}
      fitView
    />
  );
}

const design = (await (await fetch("design.json")).json()) as DesignJson;
createRoot(document.getElementById("flow")!).render(
  <ReactFlowProvider>
    <Flow design={design} />
  </ReactFlowProvider>,
);
