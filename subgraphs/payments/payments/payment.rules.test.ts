import fc from 'fast-check';
import { statesOf } from '#kernel/machine/machine';
import { looksLikeCardNumber, paymentState, settleTender } from './payment.rules';
import { tenderMachine } from './tender.machine';

test.each([
  ['4242424242424242', true],
  ['4242 4242 4242 4242', true],
  ['4242-4242-4242-4242', true],
  ['tok_4242424242424242', true],
  ['378282246310005', true],
  ['4242424242424241', false],
  ['3782 822463 10005', true],
  ['tok_ok', false],
  ['123456789012', false],
])('%s looks like a card number: %s', (text, expected) => {
  expect(looksLikeCardNumber(text)).toBe(expected);
});

test('every number with a right check digit is found, whatever stands around it', () => {
  const withCheck = fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 18 })
    .map((digits) => {
      for (let check = 0; ; check++) {
        const sum = [...digits, check].reverse().reduce((total, digit, i) => {
          const doubled = i % 2 === 1 ? digit * 2 : digit;
          return total + (doubled > 9 ? doubled - 9 : doubled);
        }, 0);
        if (sum % 10 === 0) return [...digits, check].join('');
      }
    });
  fc.assert(
    fc.property(withCheck, fc.constantFrom('', 'x', 'tok_', ' '), (number, around) => {
      expect(looksLikeCardNumber(around + number + around)).toBe(true);
    }),
  );
});

const tender = {
  id: 't1',
  state: 'PENDING' as const,
  amountMinor: 5n,
  capturedMinor: 0n,
  refundedMinor: 0n,
  isCredit: false,
};
const other = { ...tender, id: 't2', state: 'CAPTURED' as const, capturedMinor: 5n };

test('a UUID is never taken for a card number', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => !looksLikeCardNumber(uuid.replace(/[a-f]/g, '4'))),
    { numRuns: 5_000 },
  );
});

test('the last capture completes the payment; a repeated one is nothing', () => {
  expect(settleTender('PENDING', [tender, other], 't1', 'capture')).toEqual({
    kind: 'MOVE',
    tender: 'CAPTURED',
    payment: 'CAPTURED',
    money: true,
    takesCredit: false,
  });
  expect(settleTender('PENDING', [tender, other], 't2', 'capture').kind).toBe('NOTHING');
});

test('money on a payment that ended is late money, once', () => {
  const expired = { ...tender, state: 'EXPIRED' as const };
  expect(settleTender('EXPIRED', [expired], 't1', 'capture').kind).toBe('LATE_MONEY');
  const booked = { ...expired, capturedMinor: 5n };
  expect(settleTender('EXPIRED', [booked], 't1', 'capture').kind).toBe('NOTHING');
  expect(settleTender('EXPIRED', [expired], 't1', 'fail').kind).toBe('NOTHING');
});

test('credit is taken with the last of the others, and never before', () => {
  const credit = { ...tender, id: 'c', state: 'AUTHORIZED' as const, isCredit: true };
  const whole = [credit, tender, other];
  const last = { kind: 'MOVE', payment: 'CAPTURED', takesCredit: true };
  expect(settleTender('PENDING', whole, 't1', 'capture')).toMatchObject(last);
  const more = [...whole, { ...tender, id: 't3' }];
  const waits = { kind: 'MOVE', payment: 'PENDING', takesCredit: false };
  expect(settleTender('PENDING', more, 't1', 'capture')).toMatchObject(waits);
  const kept = { kind: 'MOVE', payment: 'AUTHORIZED', takesCredit: false };
  expect(settleTender('PENDING', [credit, tender], 't1', 'authorize')).toMatchObject(kept);
  const failed = { kind: 'MOVE', payment: 'FAILED', takesCredit: false };
  expect(settleTender('PENDING', whole, 't1', 'fail')).toMatchObject(failed);
});

test('one failed tender fails the payment; captured only when all are', () => {
  const states = fc.array(fc.constantFrom(...statesOf(tenderMachine)), { minLength: 1 });
  fc.assert(
    fc.property(states, (tenders) => {
      const state = paymentState(tenders);
      expect(state === 'CAPTURED').toBe(tenders.every((one) => one === 'CAPTURED'));
      if (tenders.includes('FAILED')) expect(state).toBe('FAILED');
    }),
  );
});
