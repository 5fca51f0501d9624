import { type KnownOrder, packetOf } from './packet.rules';

const order: KnownOrder = {
  orderId: 'ord_1',
  currency: 'EUR',
  totalMinor: 12_300n,
  lines: [{ orderLineId: 'oln_1', quantity: 2 }],
  parcels: [
    { shipmentId: 'shp_1', tracked: true, deliveredAt: new Date('2026-03-01T10:00:00Z') },
    { shipmentId: 'shp_2', tracked: false, deliveredAt: null },
  ],
  confirmedAt: new Date('2026-03-02T10:00:00Z'),
  refunds: [{ refundId: 'rfd_1', amountMinor: 300n, at: new Date('2026-03-03T10:00:00Z') }],
};

test('goods, arrival, receipt and refunds, by the names that the PSP knows', () => {
  expect(packetOf([order], 'All was well.')).toEqual({
    product_description: 'Order ord_1 for 123.00 EUR: 2 x oln_1',
    service_date: '2026-03-01',
    refund_refusal_explanation:
      '3.00 EUR of order ord_1 was refunded already: rfd_1, 2026-03-03T10:00:00.000Z',
    uncategorized_text: [
      'All was well.',
      'Order ord_1: tracked parcel shp_1 arrived 2026-03-01T10:00:00.000Z',
      'Order ord_1: untracked parcel shp_2 left the seller',
      'Order ord_1: the buyer confirmed the receipt 2026-03-02T10:00:00.000Z',
    ].join('\n'),
  });
});

test('what is not known is left out, and no field is longer than the PSP takes', () => {
  const bare = { ...order, lines: [], parcels: [], confirmedAt: null, refunds: [] };
  expect(packetOf([bare], undefined)).toEqual({
    product_description: 'Order ord_1 for 123.00 EUR',
  });
  const long = packetOf([bare], 'x'.repeat(30_000));
  expect(long['uncategorized_text']).toHaveLength(20_000);
});

test('what was filed in a dispute goes where the bank looks for it; what is a file only goes nowhere', () => {
  const bare = { ...order, lines: [], parcels: [], confirmedAt: null, refunds: [] };
  const filed = [
    { field: 'SHIPPING_TRACKING_NUMBER', text: 'RR 1' },
    { field: 'SHIPPING_TRACKING_NUMBER', text: 'RR 2' },
    { field: 'OTHER', text: 'It was whole.' },
    { field: 'PHOTO_OF_GOODS', text: 'no text' },
  ] as const;
  expect(packetOf([bare], 'All was well.', filed)).toEqual({
    product_description: 'Order ord_1 for 123.00 EUR',
    uncategorized_text: 'All was well.\nIt was whole.',
    shipping_tracking_number: 'RR 1\nRR 2',
  });
});
