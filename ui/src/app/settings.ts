// What the UI keeps between starts: panel sizes, tabs, theme. One JSON object in the core's folder.
import type { Backend, SettingsJson } from "../ipc/backend";
import type { Settings } from "../panels/context";

/** Milliseconds of quiet before the settings are sent: a dragged splitter changes them at every frame. */
const QUIET = 400;

/** Which keys are of a design: how its panels stand and what is filtered in them. */
const OF_DESIGN = /^(left|right|drawer|problems|outline|log|code|inspector|proof|versions)\./;
const DESIGNS = "designs";
/** So many designs are remembered, the last used ones. */
const MOST_DESIGNS = 40;

type Kept = { [design: string]: SettingsJson };

export function createSettings(backend: Backend, start: SettingsJson, quiet = QUIET): Settings {
  let all = start;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let design: string | null = null;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const kept = () => (all[DESIGNS] ?? {}) as Kept;
  const send = () => {
    // Losing a panel size is no reason to disturb anybody; the log has it.
    backend.call("settings_set", { settings: all }).catch((thrown: unknown) => console.warn(thrown));
  };
  return {
    get<T>(key: string, otherwise: T): T {
      const own = design !== null && OF_DESIGN.test(key) ? kept()[design]?.[key] : undefined;
      // A design that is shown for the first time stands as the one before it.
      const value = own ?? all[key];
      return fits(value, otherwise) ? (value as T) : otherwise;
    },
    set(key, value) {
      all = { ...all, [key]: value };
      if (design !== null && OF_DESIGN.test(key)) {
        const { [design]: own, ...others } = kept();
        const newest = Object.entries(others).slice(1 - MOST_DESIGNS);
        all[DESIGNS] = { ...Object.fromEntries(newest), [design]: { ...own, [key]: value } };
      }
      clearTimeout(timer);
      timer = setTimeout(send, quiet);
      tell();
    },
    ofDesign(id) {
      if (design === id) return;
      design = id;
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A settings file may be old or edited by hand: a value of another type counts as missing. */
function fits(value: unknown, otherwise: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (otherwise === null) return true;
  return typeof value === typeof otherwise && Array.isArray(value) === Array.isArray(otherwise);
}
