import fc from 'fast-check';
import { statesOf, unreachable } from '#kernel/machine/machine';
import { type Admission, Breaker, type Outcome } from './breaker';
import { breakerMachine } from './breaker.machine';

const OUTCOMES: readonly Outcome[] = ['GOOD', 'BAD', 'NEITHER'];

/** Runs so many calls at one moment. */
function calls(breaker: Breaker, outcomes: readonly Outcome[], now: number): number {
  let let_in = 0;
  for (const outcome of outcomes) {
    const admission = breaker.admit(now);
    if (admission === undefined) continue;
    let_in += 1;
    breaker.settle(admission, outcome, now);
  }
  return let_in;
}
const many = (count: number, outcome: Outcome): Outcome[] =>
  Array.from({ length: count }, () => outcome);

/** A breaker that has just opened. */
function opened(now: number): Breaker {
  const breaker = new Breaker();
  calls(breaker, many(20, 'BAD'), now);
  expect(breaker.state(now)).toBe('OPEN');
  return breaker;
}

test('each state is reached, and none is the last', () => {
  expect(unreachable(breakerMachine)).toEqual([]);
  expect(statesOf(breakerMachine).filter((state) => breakerMachine.isFinal(state))).toEqual([]);
});

describe('a breaker', () => {
  it.each([
    [19, 0, 'CLOSED'],
    [10, 10, 'OPEN'],
    [10, 11, 'CLOSED'],
    [20, 0, 'OPEN'],
    [50, 51, 'CLOSED'],
  ])('after %d bad calls behind %d good ones is %s', (bad, good, state) => {
    const breaker = new Breaker();
    calls(breaker, [...many(good, 'GOOD'), ...many(bad, 'BAD')], 1_000);
    expect(breaker.state(1_000)).toBe(state);
  });

  it('forgets what is older than ten seconds', () => {
    const breaker = new Breaker();
    calls(breaker, many(19, 'BAD'), 500);
    calls(breaker, many(1, 'BAD'), 10_500);
    expect(breaker.state(10_500)).toBe('CLOSED');
    calls(breaker, many(19, 'BAD'), 19_900);
    expect(breaker.state(19_900)).toBe('OPEN');
  });

  it('counts no call whose client left', () => {
    const breaker = new Breaker();
    calls(breaker, [...many(19, 'BAD'), ...many(100, 'NEITHER')], 0);
    expect(breaker.state(0)).toBe('CLOSED');
  });

  it('opens for 5 s, then lets three try; one that fails doubles the wait, up to a minute', () => {
    const breaker = opened(0);
    let now = 0;
    for (const wait of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      expect(breaker.admit(now + wait - 1)).toBeUndefined();
      now += wait;
      expect(breaker.state(now)).toBe('HALF_OPEN');
      const [first, second] = [breaker.admit(now), breaker.admit(now)];
      breaker.settle(first ?? -1, 'GOOD', now);
      breaker.settle(second ?? -1, 'BAD', now);
      expect(breaker.state(now)).toBe('OPEN');
    }
  });

  it('closes after three good tries, and waits 5 s again the next time', () => {
    const breaker = opened(0);
    calls(breaker, ['BAD'], 5_000);
    expect(calls(breaker, many(3, 'GOOD'), 15_000)).toBe(3);
    expect(breaker.state(15_000)).toBe('CLOSED');
    calls(breaker, many(20, 'BAD'), 15_000);
    expect(breaker.state(19_999)).toBe('OPEN');
    expect(breaker.state(20_000)).toBe('HALF_OPEN');
  });

  it('lets no more than three try at once, and another when a client left', () => {
    const breaker = opened(0);
    const tries = Array.from({ length: 5 }, () => breaker.admit(5_000));
    expect(tries.filter((one) => one !== undefined)).toHaveLength(3);
    breaker.settle(tries[0] ?? -1, 'NEITHER', 5_000);
    expect(breaker.admit(5_000)).toBeDefined();
    expect(breaker.admit(5_000)).toBeUndefined();
  });

  it('hears nothing from calls that began before it changed', () => {
    const breaker = new Breaker();
    const early = Array.from({ length: 60 }, () => breaker.admit(0) ?? -1);
    for (const one of early.slice(0, 20)) breaker.settle(one, 'BAD', 0);
    for (const one of early.slice(20, 40)) breaker.settle(one, 'GOOD', 5_000);
    expect(breaker.state(5_000)).toBe('HALF_OPEN');
    for (const one of early.slice(40)) breaker.settle(one, 'BAD', 5_000);
    expect(breaker.state(5_000)).toBe('HALF_OPEN');
  });
});

/** The rules said again, slowly: from the whole history. */
class Model {
  state: 'CLOSED' | 'OPEN' | 'HALF_OPEN' = 'CLOSED';
  private history: { second: number; bad: boolean }[] = [];
  private until = 0;
  private wait = 5_000;
  private tries = new Map<Admission, Outcome | undefined>();

  admit(id: number, now: number): boolean {
    this.look(now);
    if (this.state === 'OPEN') return false;
    if (this.state === 'CLOSED') return true;
    const taken = [...this.tries.values()].filter((one) => one !== 'NEITHER').length;
    if (taken < 3) this.tries.set(id, undefined);
    return taken < 3;
  }

  settle(id: number, begun: number, outcome: Outcome, now: number): void {
    this.look(now);
    if (this.state === 'HALF_OPEN' && this.tries.has(id)) this.tried(id, outcome, now);
    else if (this.state === 'CLOSED' && begun === this.changes && outcome !== 'NEITHER') {
      this.history.push({ second: Math.floor(now / 1_000), bad: outcome === 'BAD' });
      const last = this.history.filter(({ second }) => second > Math.floor(now / 1_000) - 10);
      const bad = last.filter((one) => one.bad).length;
      if (last.length >= 20 && bad / last.length >= 0.5) this.open(now);
    }
  }

  changes = 0;
  private tried(id: number, outcome: Outcome, now: number): void {
    this.tries.set(id, outcome);
    if (outcome === 'BAD') {
      this.wait = Math.min(this.wait * 2, 60_000);
      this.open(now);
    } else if ([...this.tries.values()].filter((one) => one === 'GOOD').length === 3) {
      this.state = 'CLOSED';
      this.changes += 1;
      this.wait = 5_000;
      this.history = [];
    }
  }

  private open(now: number): void {
    this.state = 'OPEN';
    this.changes += 1;
    this.until = now + this.wait;
  }

  look(now: number): void {
    if (this.state !== 'OPEN' || now < this.until) return;
    this.state = 'HALF_OPEN';
    this.changes += 1;
    this.tries = new Map();
  }
}

test('whatever happens, it does what its rules say', () => {
  const step = fc.record({
    pass: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 900 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1_000, max: 70_000 }) },
    ),
    begin: fc.integer({ min: 0, max: 8 }),
    end: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...OUTCOMES, 'BAD' as const)), {
      maxLength: 12,
    }),
  });
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), (steps) => {
      const [breaker, model] = [new Breaker(), new Model()];
      const open: { id: number; admission: Admission; begun: number }[] = [];
      let [now, id] = [0, 0];
      for (const { pass, begin, end } of steps) {
        now += pass;
        for (let i = 0; i < begin; i++) {
          const admission = breaker.admit(now);
          expect(admission !== undefined).toBe(model.admit((id += 1), now));
          if (admission !== undefined) open.push({ id, admission, begun: model.changes });
        }
        for (const [which, outcome] of end) {
          const [call] = open.splice(which % Math.max(open.length, 1), 1);
          if (call === undefined) break;
          breaker.settle(call.admission, outcome, now);
          model.settle(call.id, call.begun, outcome, now);
        }
        model.look(now);
        expect(breaker.state(now)).toBe(model.state);
        seen.add(model.state);
      }
    }),
    { numRuns: 150 },
  );
  expect(seen.size).toBe(3);
});
