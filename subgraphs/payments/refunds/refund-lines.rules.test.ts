import fc from 'fast-check';
import { type TrancheGoods, takeGoods } from './refund-lines.rules';
import type { RefundableTranche } from './refund.rules';

const tranche = (id: string, state: RefundableTranche['state']): RefundableTranche => ({
  id,
  state,
  availableMinor: 0n,
  releasedMinor: 0n,
  clawedBackMinor: 0n,
});
const lamps = (trancheId: string, quantity: number, amountMinor: bigint): TrancheGoods => ({
  trancheId,
  orderLineId: 'lamps',
  quantity,
  amountMinor,
});

test('goods that have not left are refunded first, frozen ones not at all', () => {
  const tranches = [tranche('delivered', 'DELIVERED'), tranche('here', 'FUNDED')];
  const goods = [lamps('delivered', 2, 600n), lamps('here', 1, 300n), lamps('case', 5, 1_500n)];
  const taken = takeGoods([{ orderLineId: 'lamps', quantity: 2 }], tranches, goods);
  expect(taken?.map((one) => [one.tranche.id, one.amountMinor])).toEqual([
    ['here', 300n],
    ['delivered', 300n],
  ]);
  const frozen = [...tranches, tranche('case', 'FROZEN')];
  expect(takeGoods([{ orderLineId: 'lamps', quantity: 4 }], frozen, goods)).toBeUndefined();
  expect(takeGoods([{ orderLineId: 'chair', quantity: 1 }], frozen, goods)).toBeUndefined();
});

test('however a line’s refunds are cut, they add up to what it cost', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10_000_000n }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
      (cost, cuts) => {
        const all = cuts.reduce((a, b) => a + b, 0);
        let left = lamps('t', all, cost);
        let refunded = 0n;
        for (const quantity of cuts) {
          const wanted = [{ orderLineId: 'lamps', quantity }];
          const [taken] = takeGoods(wanted, [tranche('t', 'DELIVERED')], [left]) ?? [];
          const amountMinor = taken?.amountMinor ?? -1n;
          const exact = (cost * BigInt(quantity)) / BigInt(all);
          const off = amountMinor - exact;
          expect(off >= -BigInt(cuts.length) && off <= BigInt(cuts.length)).toBe(true);
          refunded += amountMinor;
          left = {
            ...left,
            quantity: left.quantity - quantity,
            amountMinor: left.amountMinor - amountMinor,
          };
        }
        expect(refunded).toBe(cost);
        expect(left).toMatchObject({ quantity: 0, amountMinor: 0n });
      },
    ),
  );
});
