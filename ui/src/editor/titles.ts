/** Titles that nothing else has: "Server", "Server 2", "Server 3". */
import type { DocumentStore } from "../document/store";

export class Titles {
  private readonly taken: Set<string>;

  constructor(store: DocumentStore) {
    this.taken = new Set(Object.values(store.design().resources).flatMap((one) => one.title ?? []));
  }

  /** The title, or the next of its numbers that is free; it is taken from now on. */
  take(title: string): string {
    const [, stem = title, number] = /^(.*?)(?: (\d+))?$/.exec(title) ?? [];
    let free = title;
    for (let n = Number(number ?? 1) + 1; this.taken.has(free); n++) free = `${stem} ${n}`;
    this.taken.add(free);
    return free;
  }
}
