// What is shown goes to the drawing, and again whenever the design or what is found in it changes.
import type { Id } from "../document/model";
import { signal } from "../document/signal";
import { type DocumentChange, inView } from "../document/store";
import type { Workbench } from "../panels/context";
import {
  availabilityOverlay,
  costOverlay,
  deploymentOverlay,
  differencesOverlay,
  exposureOverlay,
  findingsOverlay,
  type Overlay,
} from "../panels/overlays";
import {
  EVERYTHING,
  isPartial,
  LINKS,
  type OverlayName,
  type Showing,
  showingOf,
  shownIds,
} from "../panels/showing";

type Said = Overlay | "wait" | { refused: string } | null;

export function createShowing() {
  return { showing: signal(EVERYTHING), overlay: signal<Said>(null) };
}

/** Milliseconds without an edit before the core is asked again. */
const QUIET = 300;

export function followShowing(workbench: Workbench): () => void {
  const { showing, overlay, document, facts, environment, deploy, history } = workbench;
  const shown = createShown(workbench);
  const apply = () => {
    const now = showing.get();
    const { views } = document.design();
    if (now.focus !== null && !document.resource(now.focus)) showing.set({ ...now, focus: null });
    else if (now.view !== null && !Object.hasOwn(views, now.view)) showing.set({ ...now, view: null });
    else shown.apply(now);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let name: OverlayName | null = null;
  const tell = (next: Said) => {
    overlay.set(next);
    workbench.editor.mark(next !== null && next !== "wait" && "marks" in next ? next.marks : null);
  };
  const ask = async () => {
    const mine = ++asked;
    const wanted = showing.get().overlay;
    if (wanted === null) return tell(null);
    const next = await answer(workbench, wanted);
    if (mine === asked) tell(next);
  };
  const askSoon = () => {
    const wanted = showing.get().overlay;
    clearTimeout(timer);
    if (wanted === name && wanted === null) return;
    const fresh = wanted !== name;
    name = wanted;
    if (fresh && wanted !== null) tell("wait");
    if (fresh) void ask();
    else timer = setTimeout(() => void ask(), QUIET);
  };
  const stops = [
    showing.subscribe(apply),
    document.subscribe((change) => {
      shown.note(change);
      apply();
    }),
    facts.subscribe(apply),
    followView(workbench),
    ...[showing, facts, environment, deploy, history].map((one) => one.subscribe(askSoon)),
  ];
  apply();
  return () => {
    clearTimeout(timer);
    asked++;
    for (const stop of stops) stop();
    workbench.editor.show(null);
    workbench.editor.mark(null);
  };
}

/**
 * A view with places of its own is looked at in every window of the design: the core draws its links. What is chosen
 * here is told to it, what was chosen elsewhere is taken over.
 */
function followView(workbench: Workbench): () => void {
  const { backend, document, session, showing, ask, say } = workbench;
  let heard = document.view();
  let told = heard;
  let last: Showing | null = null;
  const tell = (anew: boolean) => {
    const now = showing.get();
    const { view } = now;
    const own = view !== null && Object.hasOwn(document.design().layouts, view) ? view : null;
    const isSame = own === told && (own === null || !anew || now === last);
    last = now;
    if (isSame) return;
    told = own;
    const shown = own === null ? null : shownIds(now, workbench);
    const wanted = { ...(own === null ? {} : { view: own }), ...(shown ? { shown: [...shown] } : {}) };
    void ask(backend.call("design_view", { session: session.get(), ...wanted }));
  };
  const hear = () => {
    const view = document.view();
    if (view === heard) return;
    heard = view;
    if (view === told) return;
    told = view;
    const said = view === null ? undefined : document.design().views[view];
    last = view !== null && said ? showingOf(view, said) : EVERYTHING;
    showing.set(last);
    const title = said?.title ?? view;
    say({ text: title ? `Another window went to view “${title}”` : "Another window left the view" });
  };
  const both = () => {
    hear();
    tell(false);
  };
  if (heard !== null) {
    const said = document.design().views[heard];
    if (said) showing.set(showingOf(heard, said));
  }
  const stops = [showing.subscribe(() => tell(true)), document.subscribe(both)];
  both();
  return () => {
    for (const stop of stops) stop();
  };
}

/** Gives the drawing what is shown, where that is something else than before. */
function createShown(workbench: Workbench) {
  let last: { showing: Showing; ids: ReadonlySet<Id> | null } = { showing: EVERYTHING, ids: null };
  /** What was made meanwhile stays in view, whatever was asked for: it would vanish under the hand. */
  let made = new Set<Id>();
  let anew = false;
  return {
    note(change: DocumentChange) {
      if (change.type === "loaded") {
        made = new Set();
        anew = true;
        return;
      }
      for (const one of change.patch.changes)
        if (one.of === "resource" && one.before === null) made.add(one.id);
    },
    apply(now: Showing) {
      if (now === last.showing && !isPartial(now)) return;
      if (now !== last.showing) made = new Set();
      const ids = shownIds(now, workbench);
      if (ids) for (const id of made) if (workbench.document.resource(id)) ids.add(id);
      const { showing, ids: before } = last;
      last = { showing: now, ids };
      const alike = now.hidden.includes(LINKS) === showing.hidden.includes(LINKS);
      const focused = now.focus === showing.focus && now.outside === showing.outside;
      if (!anew && alike && focused && sameIds(before, ids)) return;
      anew = false;
      const focus = now.outside === "fade" ? now.focus : null;
      workbench.editor.show(ids, { links: !now.hidden.includes(LINKS), focus });
    },
  };
}

function sameIds(a: ReadonlySet<Id> | null, b: ReadonlySet<Id> | null): boolean {
  if (a === null || b === null) return a === b;
  return a.size === b.size && [...a].every((id) => b.has(id));
}

async function answer(workbench: Workbench, name: OverlayName): Promise<Overlay | { refused: string }> {
  const { backend, document, facts } = workbench;
  const session = workbench.session.get();
  const environment = workbench.environment.get();
  try {
    switch (name) {
      case "findings":
        return findingsOverlay(facts.get(), document.design());
      case "exposure":
        return exposureOverlay(await backend.call("proof_exposure", { session }), document.design());
      case "cost":
        return costOverlay(await backend.call("design_cost", { session }), document.design());
      case "availability":
        return availabilityOverlay(await backend.call("design_zones", { session }), document.design());
      case "deployment": {
        const plan = await backend.call("deploy_plan", { session, environment });
        return deploymentOverlay(plan.changes, document.design());
      }
      case "differences":
        return differencesOverlay(
          inView(await backend.call("design_saved", { session }), document.view()),
          document.design(),
        );
    }
  } catch (thrown) {
    return { refused: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
