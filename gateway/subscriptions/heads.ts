import type { EventLog } from '#kernel/events/event-log';
import type { Vector } from './cursor';

/** Reads where all logs end. Who comes while a reading has not begun yet shares it, so a crowd costs a few. */
export class Heads {
  private waiting: Promise<Vector> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly logs: readonly EventLog[]) {}

  read(): Promise<Vector> {
    this.waiting ??= this.last.then(() => {
      this.waiting = undefined;
      const reading = this.readAll();
      this.last = reading.catch(() => undefined);
      return reading;
    });
    return this.waiting;
  }

  private async readAll(): Promise<Vector> {
    return new Map(
      await Promise.all(this.logs.map(async (log) => [log.source, await log.head()] as const)),
    );
  }
}
