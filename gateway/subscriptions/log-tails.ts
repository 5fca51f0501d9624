import { SECOND } from '#kernel/clock/clock';
import type { Doorbell } from '#kernel/events/doorbell';
import type { EventLog } from '#kernel/events/event-log';
import type { Position } from '#kernel/events/fact';
import type { Logger } from '#kernel/server/log';
import { type LogListener, LogTail } from './log-tail';

/** Thousands of subscribers ask in one moment: they share a look at the tails. */
const LOOK_MS = 20;

export interface LogTailsOptions {
  readonly logs: readonly EventLog[];
  readonly doorbell: Doorbell;
  readonly log: Logger;
  readonly silentAfterMs?: number;
}

/** Follows all sources, and knows whether one of them is silent. */
export class LogTails {
  readonly all: readonly LogTail[];
  /** Settled once all are followed, and what still matters of before is known. */
  readonly following: Promise<unknown>;
  private readonly bySource: ReadonlyMap<string, LogTail>;
  private readonly silentAfterMs: number;
  private lastLook = { at: -Infinity, silent: true };

  constructor(options: LogTailsOptions, listener: LogListener) {
    const { logs, doorbell, log, silentAfterMs = 5 * SECOND } = options;
    this.silentAfterMs = silentAfterMs;
    this.all = logs.map((source) => new LogTail(source, doorbell, listener, log));
    this.bySource = new Map(this.all.map((tail) => [tail.source, tail]));
    this.following = Promise.all(this.all.map((tail) => tail.following));
  }

  /** True while facts that end somebody's rights may be there without having been heard. */
  get isSilent(): boolean {
    return this.all.some((tail) => tail.lagMs() > this.silentAfterMs);
  }

  /** True when what an owner said of a right at this moment (`performance.now()`) is still to be believed. */
  trusts(checkedAt: number): boolean {
    const now = performance.now();
    if (now - checkedAt < this.silentAfterMs / 2) return true;
    if (now - this.lastLook.at > LOOK_MS) this.lastLook = { at: now, silent: this.isSilent };
    return !this.lastLook.silent;
  }

  handedOut(source: string): Position | undefined {
    return this.bySource.get(source)?.handedOut;
  }

  start(): void {
    for (const tail of this.all) tail.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((tail) => tail.stop()));
  }
}
