/**
 * Long work in slices of some milliseconds, between which input and frames have their turn. Begun at once: what is
 * over within the first slice was never under way.
 */
export class Slices<T> {
  private steps: Iterator<void, T> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private done: (result: T) => void = () => {};
  private waiting: (() => void)[] = [];
  private readonly milliseconds: number;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }

  get going(): boolean {
    return this.steps !== null;
  }

  /** What was under way before is never done. */
  begin(steps: Iterator<void, T>, done: (result: T) => void): void {
    this.stop();
    this.steps = steps;
    this.done = done;
    this.go(this.milliseconds);
  }

  /** Does what is left at once: somebody needs it. */
  finish(): void {
    // Asked very often, with nothing to do.
    if (this.steps) this.go(Infinity);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.steps = null;
  }

  /** Once nothing is under way. */
  after(run: () => void): void {
    if (this.going) this.waiting.push(run);
    else run();
  }

  private go(milliseconds: number): void {
    clearTimeout(this.timer);
    const until = performance.now() + milliseconds;
    while (this.steps) {
      const step = this.steps.next();
      if (step.done) return this.over(step.value);
      if (performance.now() < until) continue;
      this.timer = setTimeout(() => this.go(this.milliseconds));
      return;
    }
  }

  private over(result: T): void {
    this.steps = null;
    this.done(result);
    for (const run of this.waiting.splice(0)) run();
  }
}
