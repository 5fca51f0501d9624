import { readStatement } from './bank-statement.adapter';

const line = {
  id: 'b1',
  reference: 'SIMPSP 1',
  currency: 'EUR',
  amountMinor: 1_250n,
  bookedAt: new Date('2026-11-28T00:00:00Z'),
};

test('CSV and JSON say the same', () => {
  const csv = 'id,date,reference,currency,amountMinor\nb1,2026-11-28, SIMPSP 1 ,EUR,1250\n';
  const json = JSON.stringify([
    { id: 'b1', date: '2026-11-28', reference: 'SIMPSP 1', currency: 'EUR', amountMinor: 1250 },
  ]);
  expect(readStatement(csv)).toEqual([line]);
  expect(readStatement(json)).toEqual([line]);
  expect(readStatement('')).toEqual([]);
});

test('the same id twice is the same line', () => {
  const row = 'b1,2026-11-28,SIMPSP 1,EUR,1250\n';
  expect(readStatement(`id,date,reference,currency,amountMinor\n${row}${row}`)).toEqual([line]);
});

test('a payer’s card number is not kept, its line is', () => {
  const csv =
    'id,date,reference,currency,amountMinor\nb1,2026-11-28,card 4242 4242 4242 4242,EUR,1250';
  expect(readStatement(csv)).toEqual([{ ...line, reference: 'card •••• •••• •••• ••••' }]);
});

test.each([
  'id,date,reference,currency,amountMinor\nb1,2026-11-28,x,EUR,12.50',
  'id,date,reference,currency,amountMinor\nb1,2026-11-28,x,EUX,1250',
  'id,date,reference,currency,amountMinor\nb1,yesterday,x,EUR,1250',
  'id,date,reference,currency\nb1,2026-11-28,x,EUR',
  '[{"id":1}]',
  '[not json',
  'nonsense',
  '"',
])('refuses %j', (text) => {
  expect(readStatement(text)).toBeUndefined();
});
