import { ORIGIN } from '#kernel/events/event-log';
import { type Fact, comparePositions } from '#kernel/events/fact';
import type { Vector } from './cursor';

/** Facts that wait for their group at most; a paused group reads on when so few are left. */
const HIGH_WATER = 256;
const LOW_WATER = 128;

/**
 * Facts that a group has still to answer, in order. It never holds more than 256: a LOSSLESS one then takes no more
 * and reads the rest from the log later; of a LATEST one the newest of each thing stays.
 */
export class GroupQueue {
  private facts: Fact[] = [];
  private paused = false;
  /** What came while the log was read; `lateMissed` when that was too much. */
  private late: Fact[] | undefined;
  private lateMissed = false;
  /** The last fact of each source that was taken. */
  private readonly taken: Map<string, Fact['position']>;

  constructor(
    private readonly lossless: boolean,
    from: Vector,
    private readonly coalesced: () => void,
  ) {
    this.taken = new Map(from);
  }

  get size(): number {
    return this.facts.length;
  }

  /** True when the log has to be read on: facts were left out, and there is room again. */
  get needsLog(): boolean {
    return this.paused && this.late === undefined && this.facts.length < LOW_WATER;
  }

  /** Where the log has to be read from. */
  get place(): Vector {
    return new Map(this.taken);
  }

  push(fact: Fact): void {
    if (this.late !== undefined) this.pushLate(fact);
    else if (!this.paused) this.take(fact);
  }

  shift(): Fact | undefined {
    return this.facts.shift();
  }

  /** True when the fact, or one before it of the same source, is still to come. */
  isPending(fact: Fact): boolean {
    if (this.paused && !this.isTaken(fact)) return true;
    return this.facts.some((one) => one.id === fact.id);
  }

  /** True when facts of the source may still be to come. */
  hasPending(source: string): boolean {
    return this.paused || this.facts.some((fact) => fact.source === source);
  }

  /** The log is going to be read; what comes meanwhile goes behind it. */
  beginReading(): void {
    this.late = [];
    this.lateMissed = false;
  }

  /** Facts from the log. False when there is no room for the rest of them. */
  refill(fact: Fact): boolean {
    if (!this.isTaken(fact)) this.put(fact);
    return this.facts.length < HIGH_WATER;
  }

  /** The log was read: `whole` when nothing of it was left out. */
  endReading(whole: boolean): void {
    const late = this.late ?? [];
    this.late = undefined;
    this.paused = !whole || this.lateMissed;
    if (!this.paused) for (const fact of late) this.take(fact);
  }

  private pushLate(fact: Fact): void {
    if (this.late !== undefined && this.late.length < HIGH_WATER) this.late.push(fact);
    else this.lateMissed = true;
  }

  private take(fact: Fact): void {
    if (this.isTaken(fact)) return;
    if (this.facts.length < HIGH_WATER) this.put(fact);
    else if (this.lossless) this.paused = true;
    else this.coalesce(fact);
  }

  private coalesce(fact: Fact): void {
    const same = this.facts.findIndex(({ subject }) => subject === fact.subject);
    this.facts.splice(Math.max(same, 0), 1);
    this.coalesced();
    this.put(fact);
  }

  private put(fact: Fact): void {
    this.facts.push(fact);
    this.taken.set(fact.source, fact.position);
  }

  private isTaken({ source, position }: Fact): boolean {
    return comparePositions(position, this.taken.get(source) ?? ORIGIN) <= 0;
  }
}
