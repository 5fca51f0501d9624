import fc from 'fast-check';
import { statesOf, unreachable } from '#kernel/machine/machine';
import {
  type ChargebackState,
  chargebackMachine,
  contradicts,
  stepsOf,
} from './chargeback.machine';

const words = [
  ...['warning_needs_response', 'warning_under_review', 'warning_closed', 'prevented'],
  ...['needs_response', 'under_review', 'won', 'lost'],
];
const hear = (state: ChargebackState, word: string): ChargebackState =>
  (stepsOf(state, word) ?? []).reduce<ChargebackState>(
    (at, event) => chargebackMachine.next(at, event) ?? at,
    state,
  );

test('every state can be reached', () => {
  expect(unreachable(chargebackMachine)).toEqual([]);
});

test.each([
  ['WARNING', 'needs_response', 'OPENED'],
  ['WARNING', 'warning_closed', 'PREVENTED'],
  ['WARNING', 'lost', 'LOST'],
  ['OPENED', 'under_review', 'UNDER_REVIEW'],
  ['SUBMITTED', 'needs_response', 'SUBMITTED'],
  ['SUBMITTED', 'won', 'WON'],
  ['UNDER_REVIEW', 'needs_response', 'UNDER_REVIEW'],
  ['ACCEPTED', 'lost', 'ACCEPTED'],
  ['OPENED', 'warning_closed', 'OPENED'],
] as const)('%s, and the bank says %s: %s', (from, word, to) => {
  expect(hear(from, word)).toBe(to);
});

test('a word that nobody knows does nothing and is said so', () => {
  expect(stepsOf('OPENED', 'pondering')).toBeUndefined();
});

test('the same words again change nothing, and no order of words opens a case twice', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), (heard) => {
      let state: ChargebackState = 'WARNING';
      let opened = 0;
      let closed = 0;
      for (const word of heard) {
        const steps = stepsOf(state, word) ?? [];
        opened += steps.filter((step) => step === 'open').length;
        closed += steps.filter((step) => ['win', 'lose', 'prevent'].includes(step)).length;
        state = hear(state, word);
        expect(hear(state, word)).toBe(state);
      }
      expect(opened <= 1 && closed <= 1).toBe(true);
      if (closed === 1) expect(chargebackMachine.isFinal(state)).toBe(true);
    }),
  );
});

test('only a closed case can be contradicted, and never by what it is', () => {
  const own: Partial<Record<ChargebackState, string>> = {
    WON: 'won',
    LOST: 'lost',
    PREVENTED: 'warning_closed',
    ACCEPTED: 'lost',
  };
  for (const state of statesOf(chargebackMachine)) {
    expect(contradicts(state, own[state] ?? 'won')).toBe(false);
  }
  expect(contradicts('LOST', 'won')).toBe(true);
  expect(contradicts('ACCEPTED', 'won')).toBe(true);
  expect(contradicts('ACCEPTED', 'needs_response')).toBe(false);
  expect(contradicts('PREVENTED', 'needs_response')).toBe(true);
});
