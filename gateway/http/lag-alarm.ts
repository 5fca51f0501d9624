import { SECOND } from '#kernel/clock/clock';
import type { Logger } from '#kernel/server/log';

/** One log that is followed. */
export interface FollowedLog {
  readonly source: string;
  /** Milliseconds since its end was last reached; infinite before the first time. */
  lagMs(): number;
}

export interface LagAlarmOptions {
  readonly tails: readonly FollowedLog[];
  readonly log: Logger;
  /** What subscribers may wait before somebody has to look. */
  readonly aboveMs?: number;
  readonly lookEveryMs?: number;
}

/** Tells once when a log is behind, and once when it is level again: what lies between is one episode. */
export class LagAlarm {
  private readonly behind = new Set<string>();
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: LagAlarmOptions) {
    const { lookEveryMs = SECOND / 2 } = options;
    this.timer = setInterval(() => {
      this.look();
    }, lookEveryMs).unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  look(): void {
    const { tails, log, aboveMs = 2 * SECOND } = this.options;
    for (const { source, lagMs } of tails.map((tail) => this.measured(tail))) {
      if (lagMs <= aboveMs) {
        if (this.behind.delete(source)) log.info({ source }, 'a log is level again');
      } else if (!this.behind.has(source)) {
        this.behind.add(source);
        log.warn({ source, lagMs: Math.round(lagMs) }, 'a log is behind: live messages are late');
      }
    }
  }

  /** One that was never level is as late as the watch is old. */
  private measured(tail: FollowedLog): { readonly source: string; readonly lagMs: number } {
    return {
      source: tail.source,
      lagMs: Math.min(tail.lagMs(), performance.now() - this.startedAt),
    };
  }
}
