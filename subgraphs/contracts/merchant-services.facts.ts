import { z } from 'zod';
import { currency, id, minor } from './fact-fields';
import { merchantIds, sellerIds } from './ids';

/** What a seller may not do, by the statement of reasons that says why. */
const restriction = z.object({
  statementId: z.string(),
  sellerId: id(sellerIds),
  kind: z.enum(['VISIBILITY', 'LISTING_CREATE', 'SELL', 'PAYOUT', 'ADS', 'FINANCING', 'MESSAGING']),
});

const sellerMoney = { sellerId: id(sellerIds), amountMinor: minor, currency };

/** What merchant-services tells: of merchants and their keys, of advertising and advances. */
export const merchantServicesFacts = {
  'merchant.verification_changed': z.object({
    merchantId: id(merchantIds),
    sellerIds: z.array(id(sellerIds)),
    state: z.string(),
    level: z.int(),
    gates: z.object({ SELL: z.boolean(), PAYOUT: z.boolean() }),
    version: z.int(),
  }),
  'restriction.imposed': restriction,
  'restriction.lifted': restriction,
  'ad_grant.requested': z.object({ grantId: z.string(), ...sellerMoney }),
  'ad_grant.closed': z.object({ grantId: z.string(), sellerId: id(sellerIds) }),
  'ad_spend.billed': z.object({ spendId: z.string(), grantId: z.string(), ...sellerMoney }),
  'ad_spend.credited': z.object({ creditId: z.string(), spendId: z.string(), ...sellerMoney }),
  'advance.accepted': z.object({
    advanceId: z.string(),
    sellerId: id(sellerIds),
    principalMinor: minor,
    feeMinor: minor,
    /** The part of each release's net that pays it back. */
    rateBps: z.int().min(1).max(10_000),
    currency,
    version: z.int(),
  }),
  'advance.terms_changed': z.object({
    advanceId: z.string(),
    rateBps: z.int().min(1).max(10_000),
    version: z.int(),
  }),
  'advance.payoff_requested': z.object({ advanceId: z.string(), payoffId: z.string() }),
  'advance.closed': z.object({ advanceId: z.string() }),
  'api_key.created': z.object({
    keyId: z.string(),
    merchantId: id(merchantIds),
    scopes: z.array(z.string()),
  }),
  'api_key.rotated': z.object({ keyId: z.string(), merchantId: id(merchantIds) }),
  'api_key.revoked': z.object({ keyId: z.string(), merchantId: id(merchantIds) }),
} as const;
