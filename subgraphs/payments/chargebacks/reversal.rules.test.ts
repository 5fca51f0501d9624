import fc from 'fast-check';
import { type PutBack, type StoredLeg, putBack } from './reversal.rules';

const [AVAILABLE, PENDING, RECEIVABLE, FEES, ADVANCE, OTHER_ADVANCE] = [1n, 2n, 3n, 4n, 5n, 6n];
const minor = fc.bigInt({ min: 1n, max: 1_000n });
const leg = fc.record({
  id: fc.uuid(),
  accountId: fc.constantFrom(AVAILABLE, PENDING, RECEIVABLE, FEES, ADVANCE, OTHER_ADVANCE),
  amountMinor: minor,
});
const owedNow = fc.bigInt({ min: 0n, max: 3_000n });

const stored = ({ accountId, ...one }: Pick<StoredLeg, 'id' | 'accountId' | 'amountMinor'>) => {
  const isAdvance = accountId === ADVANCE || accountId === OTHER_ADVANCE;
  const code = isAdvance ? ('ADVANCE_REVERSED' as const) : ('CHARGEBACK_CLAW_BACK' as const);
  return { ...one, accountId, code, remittanceId: isAdvance ? one.id : null };
};
const sumOf = (all: readonly PutBack[], which: (one: PutBack) => boolean): bigint =>
  all.filter(which).reduce((sum, { amount }) => sum + amount, 0n);

test('every leg goes back to the unit, whatever was paid, owed or released meanwhile', () => {
  fc.assert(
    fc.property(fc.array(leg, { maxLength: 12 }), owedNow, owedNow, owedNow, (some, debt, a, b) => {
      const legs = some.map(stored);
      const outstanding = new Map([
        [ADVANCE, a],
        [OTHER_ADVANCE, b],
      ]);
      const now = { available: AVAILABLE, receivable: RECEIVABLE, debt, outstanding };
      const back = putBack(legs, now);
      for (const one of legs) {
        expect(sumOf(back, ({ leg: of }) => of === one)).toBe(one.amountMinor);
      }
      for (const { leg: of, to, amount } of back) {
        expect(amount > 0n && (to === of.accountId || to === AVAILABLE)).toBe(true);
      }
      const owed = [
        [RECEIVABLE, debt],
        [ADVANCE, a],
        [OTHER_ADVANCE, b],
      ] as const;
      for (const [account, most] of owed) {
        const made = legs
          .filter(({ accountId }) => accountId === account)
          .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
        // as much as is still owed, and never more
        expect(sumOf(back, ({ to }) => to === account)).toBe(made < most ? made : most);
      }
    }),
  );
});

test('what was paid of a debt meanwhile is the seller’s', () => {
  const legs = [stored({ id: 'x', accountId: RECEIVABLE, amountMinor: 500n })];
  const now = { available: AVAILABLE, receivable: RECEIVABLE, debt: 200n, outstanding: new Map() };
  expect(putBack(legs, now).map(({ to, amount }) => [to, amount])).toEqual([
    [RECEIVABLE, 200n],
    [AVAILABLE, 300n],
  ]);
});
