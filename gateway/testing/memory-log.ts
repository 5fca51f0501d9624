import { type EventLog, ORIGIN } from '#kernel/events/event-log';
import { type Fact, type Position, comparePositions } from '#kernel/events/fact';

/** A source's log in memory. */
export class MemoryLog implements EventLog {
  readonly facts: Fact[] = [];
  epoch = 1;
  /** Nothing up to here is promised any more. */
  floor: Position = ORIGIN;
  reads = 0;
  /** Its database cannot be reached. */
  isDown = false;
  private last = 0;

  constructor(readonly source: string) {}

  append(type: string, topics: readonly string[], more: Partial<Fact> = {}): Fact {
    this.last += 1;
    const n = this.last.toString();
    const fact: Fact = Object.freeze({
      id: `${this.source} ${n}`,
      source: this.source,
      type,
      subject: topics[0] ?? 'nothing',
      topics,
      data: {},
      time: new Date(Date.now()),
      actor: 'test',
      correlationId: `cause ${n}`,
      position: { epoch: this.epoch, xid: n, seq: n },
      ...more,
    });
    this.facts.push(fact);
    return fact;
  }

  head(): Promise<Position> {
    if (this.isDown) return Promise.reject(new Error('down'));
    return soon({ epoch: this.epoch, xid: (this.last + 1).toString(), seq: '0' });
  }

  read(after: Position, limit: number, topics?: readonly string[]): Promise<Fact[]> {
    this.reads += 1;
    if (this.isDown) return Promise.reject(new Error('down'));
    const found = this.facts.filter(
      (fact) =>
        comparePositions(fact.position, after) > 0 &&
        (topics === undefined || fact.topics.some((topic) => topics.includes(topic))),
    );
    return soon(found.slice(0, limit));
  }

  keeps(after: Position): Promise<boolean> {
    return soon(comparePositions(after, this.floor) >= 0);
  }
}

const soon = <T>(value: T): Promise<T> =>
  new Promise((resolve) => setImmediate(() => resolve(value)));
