import fc from 'fast-check';
import { refundState } from './refund.machine';
import { spread } from './refund.rules';

test('goes back newest first, each tender at most what it has left', () => {
  const tenders = [
    { id: 'a', number: 1, capturedMinor: 70n, refundedMinor: 0n, chargedBackMinor: 0n },
    { id: 'b', number: 2, capturedMinor: 30n, refundedMinor: 10n, chargedBackMinor: 0n },
  ];
  expect(spread(50n, tenders)?.map((leg) => [leg.tender.id, leg.amountMinor])).toEqual([
    ['b', 20n],
    ['a', 30n],
  ]);
  expect(spread(91n, tenders)).toBeUndefined();
  const charged = tenders.map((one) => ({ ...one, chargedBackMinor: 25n }));
  expect(spread(45n, charged)?.map((leg) => [leg.tender.id, leg.amountMinor])).toEqual([
    ['a', 45n],
  ]);
  expect(spread(46n, charged)).toBeUndefined();
});

test('legs add up and never exceed a tender', () => {
  const amount = fc.bigInt(1n, 10_000n);
  fc.assert(
    fc.property(amount, fc.array(fc.tuple(amount, amount)), (wanted, rows) => {
      const tenders = rows.map(([captured, refunded], number) => ({
        id: String(number),
        number,
        capturedMinor: captured,
        refundedMinor: refunded % (captured + 1n),
        chargedBackMinor: 0n,
      }));
      const room = tenders.reduce((sum, t) => sum + t.capturedMinor - t.refundedMinor, 0n);
      const legs = spread(wanted, tenders);
      expect(legs !== undefined).toBe(room >= wanted);
      if (legs === undefined) return;
      expect(legs.reduce((sum, leg) => sum + leg.amountMinor, 0n)).toBe(wanted);
      for (const { tender, amountMinor } of legs) {
        expect(amountMinor <= tender.capturedMinor - tender.refundedMinor).toBe(true);
      }
    }),
  );
});

test.each([
  [['CREATED', 'CREATED'], 'CREATED'],
  [['SUCCEEDED', 'CREATED'], 'SENT'],
  [['SUCCEEDED', 'UNKNOWN'], 'UNKNOWN'],
  [['SUCCEEDED', 'SUCCEEDED'], 'SUCCEEDED'],
  [['SUCCEEDED', 'REJECTED'], 'CREDITED'],
] as const)('legs %j make a refund %s', (legs, state) => {
  expect(refundState(legs.map((leg) => ({ state: leg, fate: null })))).toBe(state);
});

test('what the payer’s bank pays is charged back; what is due again does not count', () => {
  const of = (...fates: ('CREDITED' | 'CHARGED_BACK' | 'DUE_AGAIN')[]) =>
    refundState([
      { state: 'SUCCEEDED', fate: null },
      ...fates.map((fate) => ({ state: 'REJECTED' as const, fate })),
    ]);
  expect(of('CHARGED_BACK')).toBe('CHARGED_BACK');
  expect(of('CHARGED_BACK', 'CREDITED')).toBe('CREDITED');
  expect(of('CHARGED_BACK', 'DUE_AGAIN')).toBe('CHARGED_BACK');
  expect(of('DUE_AGAIN')).toBe('SUCCEEDED');
});
