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
