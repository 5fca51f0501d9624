/** The longest single wait: timers of Node overflow at about 24.8 days. */
const LONGEST_MS = 3_600_000;

/** One timer for everything that happens by itself: it asks how long to wait and rings when due. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;
  private stopped = false;

  constructor(
    /** Real milliseconds until something is due; undefined: nothing is. */
    private readonly waitMs: () => number | undefined,
    private readonly ring: () => void,
  ) {}

  /** Looks at the waiting work again. Many calls in one turn are one look. */
  wind(): void {
    if (this.stopped || this.soon !== undefined) return;
    this.soon = setImmediate(() => {
      this.soon = undefined;
      clearTimeout(this.timer);
      const wait = this.waitMs();
      if (this.stopped || wait === undefined) return;
      this.timer = setTimeout(
        () => {
          this.ring();
          this.wind();
        },
        Math.min(Math.max(0, wait), LONGEST_MS),
      );
    });
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearImmediate(this.soon);
  }
}
