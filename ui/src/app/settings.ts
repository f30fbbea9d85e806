// What the UI keeps between starts: panel sizes, tabs, theme. One JSON object in the core's folder.
import type { Backend, SettingsJson } from "../ipc/backend";
import type { Settings } from "../panels/context";

/** Milliseconds of quiet before the settings are sent: a dragged splitter changes them at every frame. */
const QUIET = 400;

export function createSettings(backend: Backend, start: SettingsJson, quiet = QUIET): Settings {
  let all = start;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();
  const send = () => {
    // Losing a panel size is no reason to disturb anybody; the log has it.
    backend.call("settings_set", { settings: all }).catch((thrown: unknown) => console.warn(thrown));
  };
  return {
    get<T>(key: string, otherwise: T): T {
      const value = all[key];
      return fits(value, otherwise) ? (value as T) : otherwise;
    },
    set(key, value) {
      all = { ...all, [key]: value };
      clearTimeout(timer);
      timer = setTimeout(send, quiet);
      for (const listener of [...listeners]) listener();
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
