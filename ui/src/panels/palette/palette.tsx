// Parts: kinds by family, searched, dragged by pointer or put in the middle of the view by Enter.
import { useEffect, useMemo, useRef, useState } from "react";
import { Empty } from "../../controls/button";
import { LiveBox } from "../../controls/fields";
import { Icon, RawIcon } from "../../controls/icon";
import type { DesignJson } from "../../document/model";
import type { KindDto } from "../../ipc/generated/KindDto";
import { useDesign, useReadable, useSetting, useWorkbench } from "../context";
import { PROVIDER_TITLES } from "../inspector/provider";
import { FAVOURITES, familyGroups, findKinds, isAbsent } from "./kinds";
import "./palette.css";
import { inSentence } from "../../editor/words";

/** Pixels that a pressed pointer travels before it drags. */
const DRAG_START = 4;

export function Palette() {
  const { catalog, file } = useWorkbench();
  const provider = useProvider();
  const [text, setText] = useState("");
  const readOnly = useReadable(file).readOnly !== undefined;
  const [favourites, setFavourites] = useSetting<string[]>(FAVOURITES, []);
  const groups = useMemo(() => {
    const found = findKinds(catalog.kinds, text);
    const starred = favourites.flatMap((id) => found.find((kind) => kind.id === id) ?? []);
    const families = familyGroups(found);
    return starred.length > 0 ? [{ title: "Favourites", kinds: starred }, ...families] : families;
  }, [catalog, favourites, text]);
  const star = (id: string) =>
    setFavourites(favourites.includes(id) ? favourites.filter((one) => one !== id) : [...favourites, id]);
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
                <Part
                  key={kind.id}
                  kind={kind}
                  disabled={readOnly}
                  absent={isAbsent(kind, provider) ? provider : null}
                  starred={favourites.includes(kind.id)}
                  onStar={() => star(kind.id)}
                />
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

/** What the chosen environment is on. */
function useProvider(): string {
  const { environment } = useWorkbench();
  const environments = useDesign(environmentsOf);
  return environments[useReadable(environment)]?.provider ?? "lab";
}

const environmentsOf = (design: DesignJson) => design.environments;

interface PartProps {
  kind: KindDto;
  disabled: boolean;
  /** The chosen environment's provider, where it has nothing of that kind. */
  absent: string | null;
  starred: boolean;
  onStar: () => void;
}

function Part(props: PartProps) {
  const { kind, starred, onStar } = props;
  return (
    <div className={`part-box ${starred ? "starred" : ""}`}>
      <PartButton {...props} />
      <button
        type="button"
        className="part-star focus-ring"
        aria-label={`${inSentence(kind.title)} is a favourite`.replace(/^./, (c) => c.toUpperCase())}
        aria-pressed={starred}
        title={starred ? "Take out of the favourites" : "Make it a favourite"}
        onClick={onStar}
      >
        <Icon name={starred ? "star-full" : "star"} size={13} />
      </button>
    </div>
  );
}

function PartButton({ kind, disabled, absent }: PartProps) {
  const { catalog, editor } = useWorkbench();
  const pressed = useRef<{ x: number; y: number } | null>(null);
  const dragged = useRef(false);
  // Tools that stay in hand: one part after the other, each where the drawing is clicked.
  const take = () => {
    if (editor.toolLock.get()) editor.setTool("insert", { kind: kind.id });
    else void editor.insert(kind.id);
  };
  return (
    <button
      type="button"
      className={`part focus-ring tint-${kind.family} ${absent ? "absent" : ""}`}
      title={
        absent
          ? `${kind.help} Nothing of ${PROVIDER_TITLES[absent] ?? absent} is its counterpart.`
          : kind.help
      }
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
      onClick={(event) => {
        // The second click of a double one means the same part.
        if (!dragged.current && event.detail < 2) take();
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
