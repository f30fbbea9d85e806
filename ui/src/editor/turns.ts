/**
 * Acts one after the other: each begins on the document that the one before has left. Keys are faster than
 * the core, and an act that is computed from an old document undoes or repeats the one before.
 */
export interface Act<T = unknown> {
  run(): Promise<T>;
}

export class Turns {
  private readonly waiting: { act: Act; begin: () => Promise<void> }[] = [];
  private busy = false;

  /** The newest act that has not begun: another may still add itself to it. */
  get last(): Act | undefined {
    return this.waiting.at(-1)?.act;
  }

  /** Begins at once where nothing is under way. */
  take<T>(act: Act<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ act, begin: () => act.run().then(resolve, reject) });
      void this.next();
    });
  }

  private async next(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let one = this.waiting.shift(); one; one = this.waiting.shift()) await one.begin();
    this.busy = false;
  }
}
