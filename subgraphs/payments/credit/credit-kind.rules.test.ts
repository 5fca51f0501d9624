import { TransferCode } from '../ledger/ledger.rules';
import { creditKind } from './credit-kind.rules';

test('each way in and out of credit has its word; everything else is another correction', () => {
  const { FUNDING, CREDIT_REFUNDED, REFUND_CREDITED, GOODWILL, ADJUSTED } = TransferCode;
  expect([FUNDING, CREDIT_REFUNDED, REFUND_CREDITED, GOODWILL, ADJUSTED].map(creditKind)).toEqual([
    'SPENT',
    'GIVEN_BACK',
    'REFUND',
    'GOODWILL',
    'OTHER',
  ]);
});
