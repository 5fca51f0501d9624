import { bear } from '../refunds/refund.rules';
import { freestFirst } from './taking.rules';

const of = (...ids: string[]) => ids.map((id) => ({ id }));

test('what no other case has is taken first, what parties dispute last; else the order stays', () => {
  const holds = [
    { trancheId: 'a', cause: 'DISPUTE' },
    { trancheId: 'a', cause: 'RISK' },
    { trancheId: 'b', cause: 'LEGAL' },
  ] as const;
  expect(freestFirst(of('a', 'b', 'c', 'd'), holds)).toEqual(of('c', 'd', 'b', 'a'));
  expect(freestFirst(of('b', 'a'), [])).toEqual(of('b', 'a'));
});

test('also where a refund would take what has not arrived before what has', () => {
  const money = { availableMinor: 100n, releasedMinor: 0n, clawedBackMinor: 0n };
  const disputed = { ...money, id: 'a', state: 'SHIPPED' as const };
  const free = { ...money, id: 'b', state: 'DELIVERED' as const };
  const holds = [{ trancheId: 'a', cause: 'DISPUTE' }] as const;
  const parts = bear(150n, [disputed, free], (some) => freestFirst(some, holds));
  expect(parts?.map(({ tranche, amountMinor }) => [tranche.id, amountMinor])).toEqual([
    ['b', 100n],
    ['a', 50n],
  ]);
});
