// Parts: kinds by family, searched, dragged by pointer or put in the middle of the view by Enter.
import { useEffect, useMemo, useRef, useState } from "react";
import { Empty } from "../../controls/button";
import { LiveBox } from "../../controls/fields";
import { RawIcon } from "../../controls/icon";
import type { KindDto } from "../../ipc/generated/KindDto";
import { useReadable, useWorkbench } from "../context";
import { familyGroups, findKinds } from "./kinds";
import "./palette.css";
import { inSentence } from "../../editor/words";

/** Pixels that a pressed pointer travels before it drags. */
const DRAG_START = 4;

export function Palette() {
  const { catalog, file } = useWorkbench();
  const [text, setText] = useState("");
  const readOnly = useReadable(file).readOnly !== undefined;
  const groups = useMemo(() => familyGroups(findKinds(catalog.kinds, text)), [catalog, text]);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = () => box.current?.focus();
    window.addEventListener("groundplan:find-part", focus);
    return () => window.removeEventListener("groundplan:find-part", focus);
  }, []);
  return (
    <div className="palette">
      <div className="palette-search">
        <LiveBox
          bare
          label="Search parts"
          icon="search"
          value={text}
          onChange={setText}
          placeholder={`Search ${catalog.kinds.length} kinds`}
          inputRef={box}
          after={<kbd className="kbd palette-key">/</kbd>}
        />
      </div>
      <div className="palette-list">
        {groups.map(({ title, kinds }) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            <div className="palette-grid">
              {kinds.map((kind) => (
                <Part key={kind.id} kind={kind} disabled={readOnly} />
              ))}
            </div>
          </section>
        ))}
        {groups.length === 0 && (
          <Empty icon="search" text={`No part is called “${text}”`}>
            <button type="button" className="button small" onClick={() => setText("")}>
              Show all
            </button>
          </Empty>
        )}
      </div>
    </div>
  );
}

function Part({ kind, disabled }: { kind: KindDto; disabled: boolean }) {
  const { catalog, editor } = useWorkbench();
  const pressed = useRef<{ x: number; y: number } | null>(null);
  const dragged = useRef(false);
  return (
    <button
      type="button"
      className={`part focus-ring tint-${kind.family}`}
      title={kind.help}
      disabled={disabled}
      data-kind={kind.id}
      aria-label={`Add ${inSentence(kind.title)}`}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        // A fast hand is off the button before its first move is told.
        event.currentTarget.setPointerCapture(event.pointerId);
        pressed.current = { x: event.clientX, y: event.clientY };
        dragged.current = false;
      }}
      onPointerMove={(event) => {
        const from = pressed.current;
        if (!from || Math.hypot(event.clientX - from.x, event.clientY - from.y) < DRAG_START) return;
        pressed.current = null;
        dragged.current = true;
        editor.startInsert(kind.id, event.nativeEvent);
      }}
      onPointerUp={() => {
        pressed.current = null;
      }}
      onPointerCancel={() => {
        pressed.current = null;
      }}
      onClick={() => {
        if (!dragged.current) void editor.insert(kind.id);
        dragged.current = false;
      }}
    >
      <span className="tinted">
        <RawIcon text={catalog.icons[kind.icon] ?? ""} size={17} />
      </span>
      <span className="cut">{kind.short}</span>
    </button>
  );
}
