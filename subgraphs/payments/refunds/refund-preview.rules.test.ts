import type { PostedLeg } from '../ledger/posted.service';
import { refundSum } from './refund-preview.rules';

const leg = (code: PostedLeg['code'], from: PostedLeg['from'], amountMinor: bigint): PostedLeg => ({
  ...{ code, from, to: 'REFUND_DUE', amountMinor, currency: 'EUR', pending: false },
});

test('each source of a refund is told apart', () => {
  const legs = [
    leg('REFUND_HELD', 'TRANCHE', 1n),
    leg('REFUND_HELD', 'TRANCHE', 2n),
    leg('REFUND_CLAW_BACK', 'SELLER_AVAILABLE', 4n),
    leg('REFUND_CLAW_BACK', 'SELLER_PENDING', 8n),
    leg('REFUND_CLAW_BACK', 'SELLER_RESERVE', 16n),
    leg('REFUND_CLAW_BACK', 'SELLER_RECEIVABLE', 32n),
    leg('ADVANCE_REVERSED', 'ADVANCE_RECEIVABLE', 64n),
    leg('REFUND_COMMISSION', 'FEE_REVENUE', 128n),
    leg('REFUND_TAX', 'TAX_PAYABLE', 256n),
  ];
  expect(refundSum(legs)).toEqual({
    ...{ held: 3n, available: 4n, pending: 8n, reserve: 16n, owed: 32n, advance: 64n },
    ...{ commission: 128n, tax: 256n },
  });
});
