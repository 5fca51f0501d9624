import { receiptNumber, receiptPage } from './receipt.rules';

const receipt = {
  number: 42n,
  issuedAt: new Date('2026-11-30T12:00:00.000Z'),
  currency: 'EUR',
  content: {
    tenders: [
      { number: 1, amountMinor: '1500', isCredit: false, brand: '<b>visa</b>', last4: '4242' },
      { number: 2, amountMinor: '500', isCredit: true, brand: null, last4: null },
    ],
    orders: [
      {
        ...{ orderId: 'ord_1', sellerId: 'sel_1', totalMinor: '2000', taxMinor: '38' },
        lines: [{ orderLineId: 'orl_1', quantity: 2, amountMinor: '2000' }],
      },
    ],
  },
};

test('a receipt has a number that sorts, and says what was paid with what', () => {
  expect(receiptNumber(42n)).toBe('R-00000042');
  const page = receiptPage(receipt);
  for (const said of ['R-00000042', 'ord_1', 'orl_1', '20.00 EUR', '0.38 EUR', '…4242', 'Credit']) {
    expect(page).toContain(said);
  }
});

test('what others wrote is text on the page, never markup', () => {
  expect(receiptPage(receipt)).toContain('&lt;b&gt;visa&lt;/b&gt;');
  expect(receiptPage(receipt)).not.toContain('<b>');
});
