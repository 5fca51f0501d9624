const SLOTS = 10;
const SLOT_MS = 1_000;

/** How many calls there were in the last ten seconds, to the second, and how many of them failed. */
export class CallWindow {
  private readonly all = new Array<number>(SLOTS).fill(0);
  private readonly bad = new Array<number>(SLOTS).fill(0);
  private newest = 0;
  calls = 0;
  failed = 0;

  add(failed: boolean, now: number): void {
    const second = Math.floor(now / SLOT_MS);
    this.forget(second);
    const slot = second % SLOTS;
    this.all[slot] = (this.all[slot] ?? 0) + 1;
    this.calls += 1;
    if (!failed) return;
    this.bad[slot] = (this.bad[slot] ?? 0) + 1;
    this.failed += 1;
  }

  clear(): void {
    this.all.fill(0);
    this.bad.fill(0);
    this.calls = 0;
    this.failed = 0;
  }

  /** Empties the slots that this second and those since the last call take over. */
  private forget(second: number): void {
    if (second - this.newest >= SLOTS) this.clear();
    else {
      for (let passed = this.newest + 1; passed <= second; passed++) {
        const slot = passed % SLOTS;
        this.calls -= this.all[slot] ?? 0;
        this.failed -= this.bad[slot] ?? 0;
        this.all[slot] = 0;
        this.bad[slot] = 0;
      }
    }
    this.newest = second;
  }
}
