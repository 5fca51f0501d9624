import type { PostedLeg } from '../ledger/posted.service';
import { releaseSum } from './release-preview.rules';

const leg = (code: PostedLeg['code'], to: PostedLeg['to'], amountMinor: bigint): PostedLeg => ({
  ...{ code, from: 'TRANCHE', to, amountMinor, currency: 'EUR', pending: false },
});

test('the shares of two parts add up to what leaves the escrow; what is only reserved does not', () => {
  const legs = [
    leg('RELEASE_COMMISSION', 'FEE_REVENUE', 1_000n),
    leg('RELEASE_TAX', 'TAX_PAYABLE', 190n),
    leg('RELEASE_ADVANCE', 'ADVANCE_RECEIVABLE', 704n),
    leg('RELEASE_RESERVE', 'SELLER_RESERVE', 810n),
    leg('RELEASE_SELLER', 'SELLER_PENDING', 7_296n),
    leg('RELEASE_DEBT', 'SELLER_RECEIVABLE', 5n),
    leg('RELEASE_ADS', 'SELLER_ADS_WALLET', 7n),
    leg('RELEASE_SELLER', 'SELLER_AVAILABLE', 88n),
    { ...leg('FREEZE', 'HOLD', 40n), pending: true },
  ];
  const { gross, frozen, ...shares } = releaseSum(legs);
  expect(shares).toEqual({
    ...{ commission: 1_000n, tax: 190n, advance: 704n, reserve: 810n, pending: 7_296n },
    ...{ debt: 5n, ads: 7n, available: 88n },
  });
  expect(gross).toBe(Object.values(shares).reduce((a, b) => a + b, 0n));
  expect(frozen).toBe(40n);
});
