import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SECOND } from '#kernel/clock/clock';
import { gatewayError } from '../../gateway.errors';

export interface OverloadRule {
  /** The loop is too late when its 99th percentile is above this. */
  readonly delayMs: number;
  /** It has to be so for this long. */
  readonly forMs: number;
}

/** How one process finds out that it has too much to do. */
export interface OverloadOptions extends OverloadRule {
  readonly lookEveryMs: number;
}

export const OVERLOAD: OverloadOptions = { delayMs: 200, forMs: 5 * SECOND, lookEveryMs: SECOND };
const RETRY_MS = 5 * SECOND;

/** Decides from one look after the other; `now` and the delay are in milliseconds. */
export class OverloadJudge {
  private lateSince: number | undefined;
  isOverloaded = false;

  constructor(private readonly rule: OverloadRule = OVERLOAD) {}

  look(now: number, p99Ms: number): void {
    const isLate = p99Ms > this.rule.delayMs;
    this.lateSince = isLate ? (this.lateSince ?? now) : undefined;
    this.isOverloaded = this.lateSince !== undefined && now - this.lateSince >= this.rule.forMs;
  }
}

/** Watches the event loop of this process; new work is refused while it is late. Live streams go on. */
export class Overload {
  private readonly judge: OverloadJudge;
  private readonly delays = monitorEventLoopDelay({ resolution: 20 });
  private readonly timer: NodeJS.Timeout;

  constructor({ lookEveryMs, ...rule }: OverloadOptions = OVERLOAD) {
    this.judge = new OverloadJudge(rule);
    this.delays.enable();
    let lookedAt = performance.now();
    this.timer = setInterval(() => {
      const now = performance.now();
      // Where nothing was measured the loop did not turn at all since the last look.
      const p99Ms = this.delays.count === 0 ? now - lookedAt : this.delays.percentile(99) / 1e6;
      this.judge.look(now, p99Ms);
      this.delays.reset();
      lookedAt = now;
    }, lookEveryMs).unref();
  }

  /** Throws OVERLOADED. */
  refuseNewWork(): void {
    if (this.judge.isOverloaded) {
      throw gatewayError('OVERLOADED', { extensions: { retryAfterMs: RETRY_MS } });
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.delays.disable();
  }
}
