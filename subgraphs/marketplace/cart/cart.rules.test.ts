import { type JudgedLine, isQuantity, problemsOf } from './cart.rules';

const line = (changes: Partial<JudgedLine>): JudgedLine => ({
  id: 'l',
  quantity: 2,
  currency: 'EUR',
  offerState: 'LIVE',
  sellingAllowed: true,
  available: 2,
  ...changes,
});

test.each([
  [{}, undefined],
  [{ available: 1 }, 'OUT_OF_STOCK'],
  [{ offerState: 'PAUSED' }, 'OFFER_UNAVAILABLE'],
  [{ offerState: 'WITHDRAWN', sellingAllowed: false }, 'OFFER_UNAVAILABLE'],
  [{ sellingAllowed: false, available: 0 }, 'SELLER_RESTRICTED'],
  [{ currency: 'BRL' }, 'CURRENCY_MISMATCH'],
] as const)('%j: %s', (changes, code) => {
  expect(problemsOf('EUR', [line(changes)])).toEqual(
    code === undefined ? [] : [{ code, lineId: 'l' }],
  );
});

test('quantities are whole and 1 to 10,000', () => {
  expect([0, 1, 10_000, 10_001, 1.5, -1].map(isQuantity)).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
  ]);
});
