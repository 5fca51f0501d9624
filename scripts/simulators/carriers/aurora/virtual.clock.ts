/**
 * The carrier's time: it starts at the wall clock, runs `rate` times as fast and can be advanced.
 * It also runs while the simulator is down, as the world outside does.
 */
export class VirtualClock {
  private anchor: { virtualMs: number; wallMs: number; rate: number } | undefined;

  constructor(private readonly wall: () => number) {}

  set(anchor: { virtualMs: number; wallMs: number; rate: number }): void {
    this.anchor = anchor;
  }

  now(): number {
    const wallMs = this.wall();
    if (this.anchor === undefined) return wallMs;
    // A wall clock that was set back must not take scans back.
    const passed = Math.max(0, wallMs - this.anchor.wallMs);
    return this.anchor.virtualMs + Math.floor(passed * this.anchor.rate);
  }

  /** The anchor after moving ahead by `aheadMs`, from now on at `rate`. */
  moved(aheadMs: number, rate: number): { virtualMs: number; wallMs: number; rate: number } {
    return { virtualMs: this.now() + aheadMs, wallMs: this.wall(), rate };
  }

  rate(): number {
    return this.anchor?.rate ?? 1;
  }

  /** Real milliseconds until a virtual instant. */
  wallMsUntil(virtualMs: number): number {
    return Math.max(0, Math.ceil((virtualMs - this.now()) / this.rate()));
  }
}
