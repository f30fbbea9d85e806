/** A link is being drawn: allowed targets are lit, the rest says why not. */
import type { EditorCore } from "../../core";
import { linkEdit } from "../../edits";
import { topShape } from "../../hit";
import { whyNoLink } from "../../nesting";
import { type PointerInfo, State } from "../state";
import { linkTargets } from "./targets";

export class LinkDrawing extends State {
  readonly name = "link.drawing";
  private readonly source: number;
  private targets = new Set<number>();
  private target = -1;

  constructor(core: EditorCore, source: number, now: PointerInfo) {
    super(core);
    this.source = source;
    this.targets = linkTargets(core, core.scene.ids[source]!).slots;
    this.pointerMove(now);
  }

  override enter(): void {
    this.core.surface.cursor("crosshair");
  }

  override pointerMove(p: PointerInfo): void {
    const { core, source, targets } = this;
    const over = topShape(core.scene, p.world);
    this.target = over >= 0 && over !== source && targets.has(over) ? over : -1;
    const lit = new Set(targets).add(source);
    const draft = { from: source, to: p.world, target: this.target };
    core.preview = { ...core.preview, draft, lit, target: this.target, hint: this.hint(over, p) };
  }

  private hint(over: number, p: PointerInfo) {
    const { core, source } = this;
    if (over < 0 || over === source || this.target >= 0 || core.scene.container(over)) return null;
    const kind = (slot: number) => core.store.resource(core.scene.ids[slot]!)?.kind ?? "";
    return { at: p.world, text: whyNoLink(core.scene.kinds, kind(source), kind(over)), refused: true };
  }

  override pointerUp(): void {
    const { core, target } = this;
    const hint = core.preview.hint;
    core.rest();
    if (target < 0) {
      if (hint) core.host.onNotice(hint.text);
      return core.clearPreview();
    }
    void finishLink(core, this.source, target);
  }
}

/** Makes the link and selects it. */
export async function finishLink(core: EditorCore, from: number, to: number): Promise<void> {
  const [a, b] = [core.scene.ids[from]!, core.scene.ids[to]!];
  const made = linkEdit(core.store, core.scene.kinds, a, b);
  const done = await core.commit(
    made?.edit ?? null,
    `linked ${core.store.title(a)} to ${core.store.title(b)}`,
  );
  if (done && made) core.select({ links: [made.id] });
}
