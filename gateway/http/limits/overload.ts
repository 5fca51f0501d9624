import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SECOND } from '#kernel/clock/clock';
import { gatewayError } from '../../gateway.errors';

export interface OverloadRule {
  /** The loop is too late when its 99th percentile is above this. */
  readonly delayMs: number;
  /** It has to be so for this long. */
  readonly forMs: number;
}

const OVERLOAD_RULE: OverloadRule = { delayMs: 200, forMs: 5 * SECOND };
const LOOK_EVERY_MS = SECOND;
const RETRY_MS = 5 * SECOND;

/** Decides from one look after the other; `now` and the delay are in milliseconds. */
export class OverloadJudge {
  private lateSince: number | undefined;
  isOverloaded = false;

  constructor(private readonly rule: OverloadRule = OVERLOAD_RULE) {}

  look(now: number, p99Ms: number): void {
    const isLate = p99Ms > this.rule.delayMs;
    this.lateSince = isLate ? (this.lateSince ?? now) : undefined;
    this.isOverloaded = this.lateSince !== undefined && now - this.lateSince >= this.rule.forMs;
  }
}

/** Watches the event loop of this process; new work is refused while it is late. Live streams go on. */
export class Overload {
  private readonly judge = new OverloadJudge();
  private readonly delays = monitorEventLoopDelay({ resolution: 20 });
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.delays.enable();
    this.timer = setInterval(() => {
      this.judge.look(performance.now(), this.delays.percentile(99) / 1e6);
      this.delays.reset();
    }, LOOK_EVERY_MS).unref();
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
