import { type BreakerState, breakerMachine } from './breaker.machine';
import { CallWindow } from './call-window';

export interface BreakerRules {
  /** It trips when at least this share of at least so many calls failed within the window. */
  readonly failedShare: number;
  readonly fewestCalls: number;
  /** How long it stays open at first; each failed try doubles it up to the longest. */
  readonly waitMs: number;
  readonly longestWaitMs: number;
  /** Calls that must go well before it closes again. */
  readonly tries: number;
}

const BREAKER_RULES: BreakerRules = {
  failedShare: 0.5,
  fewestCalls: 20,
  waitMs: 5_000,
  longestWaitMs: 60_000,
  tries: 3,
};

/** GOOD and BAD tell of the subgraph; NEITHER does not, e.g. when the client left before there was an answer. */
export type Outcome = 'GOOD' | 'BAD' | 'NEITHER';

/** Names the period between two changes of state in which a call began. */
export type Admission = number;

/**
 * Spares a subgraph that fails the calls, and the callers the wait. It knows no clock: every method is told the time, in
 * milliseconds that never go back.
 */
export class Breaker {
  private current: BreakerState = breakerMachine.initial;
  private period = 0;
  private readonly window = new CallWindow();
  private waitMs: number;
  private openUntil = 0;
  private trying = 0;
  private good = 0;

  constructor(private readonly rules: BreakerRules = BREAKER_RULES) {
    this.waitMs = rules.waitMs;
  }

  state(now: number): BreakerState {
    if (this.current === 'OPEN' && now >= this.openUntil) this.move('wait');
    return this.current;
  }

  /** Lets a call begin, or not. Who was let in must `settle`. */
  admit(now: number): Admission | undefined {
    const state = this.state(now);
    if (state === 'OPEN') return undefined;
    if (state === 'HALF_OPEN') {
      if (this.trying + this.good >= this.rules.tries) return undefined;
      this.trying += 1;
    }
    return this.period;
  }

  /** How a call ended. Calls that began before the last change of state tell nothing about now. */
  settle(admission: Admission, outcome: Outcome, now: number): void {
    const state = this.state(now);
    if (admission !== this.period) return;
    if (state === 'HALF_OPEN') this.tried(outcome, now);
    else if (outcome !== 'NEITHER') this.counted(outcome, now);
  }

  private counted(outcome: 'GOOD' | 'BAD', now: number): void {
    this.window.add(outcome === 'BAD', now);
    const { calls, failed } = this.window;
    const { fewestCalls, failedShare } = this.rules;
    if (calls >= fewestCalls && failed >= calls * failedShare) {
      this.move('trip');
      this.openUntil = now + this.waitMs;
    }
  }

  private tried(outcome: Outcome, now: number): void {
    this.trying -= 1;
    if (outcome === 'BAD') {
      this.move('fail');
      this.waitMs = Math.min(this.waitMs * 2, this.rules.longestWaitMs);
      this.openUntil = now + this.waitMs;
    } else if (outcome === 'GOOD') {
      this.good += 1;
      if (this.good < this.rules.tries) return;
      this.move('recover');
      this.waitMs = this.rules.waitMs;
    }
  }

  private move(event: 'trip' | 'wait' | 'fail' | 'recover'): void {
    const next = breakerMachine.next(this.current, event);
    if (next === undefined) throw new Error(`a breaker cannot ${event} when ${this.current}`);
    this.current = next;
    this.period += 1;
    this.trying = 0;
    this.good = 0;
    this.window.clear();
  }
}
