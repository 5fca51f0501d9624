import { type Fact, type Position, comparePositions } from '../fact';

/** How many empty places at the front are worth a copy. */
const SLACK = 1_024;

/** Facts in the order of their positions: added at the end, forgotten from the front. */
export class FactQueue {
  private facts: Fact[] = [];
  private start = 0;

  get length(): number {
    return this.facts.length - this.start;
  }

  push(fact: Fact): void {
    this.facts.push(fact);
  }

  shift(): Fact | undefined {
    const first = this.facts[this.start];
    if (first === undefined) return undefined;
    this.start += 1;
    if (this.start > SLACK && this.start > this.facts.length / 2) {
      this.facts = this.facts.slice(this.start);
      this.start = 0;
    }
    return first;
  }

  /** At most `limit` of those behind a position. */
  after(position: Position, limit: number): Fact[] {
    let [low, high] = [this.start, this.facts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const fact = this.facts[middle] as Fact;
      if (comparePositions(fact.position, position) <= 0) low = middle + 1;
      else high = middle;
    }
    return this.facts.slice(low, low + limit);
  }
}
