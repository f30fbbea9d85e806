/** What the core thinks of shapes and links, and what of it another judgement changes. */
import type { Id } from "../../document/model";
import type { Box } from "../../geometry/box";
import type { Judgement, LinkFact } from "../editor";
import { Lines } from "./lines";
import { LINK_STATES, STATUSES } from "./look";
import { Stale } from "./stale";

/** So many shapes or lines are taken over in one go. */
export const PIECE = 400;

const NOTHING_SAID: Judgement = {
  statuses: new Map(),
  summaries: new Map(),
  facts: new Map(),
  links: new Map(),
};

/** A step of the scene's version in which nothing but statuses changed. */
export interface Restated {
  from: number;
  to: number;
  /** Shapes that have another status, and which they had. */
  slots: number[];
  was: number[];
}

export class Judged extends Lines {
  protected judgement: Judgement = NOTHING_SAID;
  /** The last judgement, where it changed anything. */
  restated: Restated | null = null;

  /** Statuses, second lines, header facts, link states, in pieces as `loading`; answers stale boxes. */
  *judging(judgement: Judgement): Generator<void, Box[]> {
    const stale = new Stale();
    const restated: Restated = { from: this.version, to: this.version, slots: [], was: [] };
    this.judgement = judgement;
    const { changed } = judgement;
    let judged = 0;
    for (const s of this.maybeOther(changed)) {
      const before = this.status[s]!;
      if (this.alive[s] && this.mayDiffer(s, changed)) this.judgeShape(s, stale);
      if (this.status[s] !== before) {
        restated.slots.push(s);
        restated.was.push(before);
      }
      if (++judged % PIECE === 0) yield;
    }
    for (const id of changed?.links ?? this.linkSlotOf.keys()) {
      const slot = this.linkSlotOf.get(id);
      if (slot !== undefined && this.linkAlive[slot]) this.judgeLink(slot, stale);
      if (++judged % PIECE === 0) yield;
    }
    if (stale.boxes.length > 0) restated.to = ++this.version;
    this.restated = restated;
    return stale.boxes;
  }

  /** Shapes to be looked at; where nobody knows which have another status, all. */
  private *maybeOther(changed: Judgement["changed"]): Generator<number> {
    if (!changed?.statuses) {
      for (let s = 0; s < this.count; s++) yield s;
      return;
    }
    for (const ids of [changed.resources, changed.statuses])
      for (const id of ids) {
        const slot = this.slotOf.get(id);
        if (slot !== undefined) yield slot;
      }
  }

  private mayDiffer(slot: number, changed: Judgement["changed"]): boolean {
    const id = this.ids[slot]!;
    return !changed || changed.resources.has(id) || this.statusOf(id) !== this.status[slot];
  }

  protected statusOf(id: Id): number {
    const status = this.judgement.statuses.get(id);
    return status === undefined ? 0 : Math.max(0, STATUSES.indexOf(status as never));
  }

  private judgeShape(slot: number, stale: Stale): void {
    const id = this.ids[slot]!;
    const status = this.statusOf(id);
    const summary = this.judgement.summaries.get(id) ?? this.summary[slot]!;
    const fact = this.judgement.facts.get(id) ?? this.fact[slot]!;
    if (status === this.status[slot] && summary === this.summary[slot] && fact === this.fact[slot]) return;
    this.status[slot] = status;
    this.summary[slot] = summary;
    this.fact[slot] = fact;
    // A container's inside does not change, only its edge and header do; its leaves are judged by themselves.
    const b = this.paintedBox(slot);
    stale.add(this.container(slot) ? { ...b, h: Math.min(b.h, 48) } : b);
  }

  private judgeLink(slot: number, stale: Stale): void {
    const fact = this.judgement.links.get(this.linkIds[slot]!);
    if (!fact) return;
    const state = Math.max(0, LINK_STATES.indexOf(fact.state as never));
    if (
      state === this.linkState[slot] &&
      fact.label === this.label[slot] &&
      fact.kind === this.linkKind[slot]
    )
      return;
    // A label that goes leaves a hole.
    this.soilLink(slot, stale);
    this.linkState[slot] = state;
    this.label[slot] = fact.label;
    this.linkKind[slot] = fact.kind;
    this.soilLink(slot, stale);
  }

  linkFact(id: Id): LinkFact | undefined {
    return this.judgement.links.get(id);
  }
}
