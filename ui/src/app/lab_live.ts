// A running lab over its drawing: tells the core that somebody looks, for as long as somebody does.
import type { Workbench } from "../panels/context";
import { LIVE, labShown } from "../panels/lab_live";

/** Milliseconds between two words to the core that a window looks; it waits for 25 s. */
const SAY_AGAIN = 10_000;

export function followLab(workbench: Workbench): () => void {
  const { backend, session, environment, deploy, live, settings, document: drawn, editor } = workbench;
  let shown: string | null = null;
  const looks = () =>
    deploy.get()?.state === "running" && settings.get(LIVE, true) && document.visibilityState === "visible";
  const say = () => {
    if (!looks()) return;
    const at = { session: session.get(), environment: environment.get() };
    // Without an answer nothing comes, and the drawing says nothing.
    backend.call("lab_watch", at).catch(() => undefined);
  };
  const show = () => {
    const status = deploy.get();
    const runs = status !== null && ["running", "verifying"].includes(status.state);
    const told = live.get();
    const ours = told?.environment === environment.get() && settings.get(LIVE, true) ? told : null;
    editor.setLab(runs ? labShown(status.off ?? [], ours, drawn.design()) : null);
  };
  const again = () => {
    const now = looks() ? `${session.get()} ${environment.get()} ${deploy.get()?.text}` : null;
    if (now !== shown) {
      shown = now;
      say();
    }
    show();
  };
  const timer = setInterval(say, SAY_AGAIN);
  const stops = [deploy, environment, settings, drawn].map((one) => one.subscribe(again));
  stops.push(live.subscribe(show));
  document.addEventListener("visibilitychange", again);
  again();
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
    document.removeEventListener("visibilitychange", again);
    editor.setLab(null);
  };
}
