import { DEFAULT_RULES } from './current-rules';
import type { RiskPoint, RiskRule } from './risk.rules';

const skip = { onMissing: 'SKIP' } as const;
const isStranger = { feature: 'buyer.good_365d', is: 'lt', value: 5 } as const;
const isUntried = { feature: 'seller.trust', is: 'lt', value: 2 } as const;
const isNotTrusted = { feature: 'seller.trust', is: 'lt', value: 3 } as const;
const isDear = { feature: 'amount.toSellerP95', is: 'gte', value: 4 } as const;
const isElsewhere = { feature: 'parcel.deliveredElsewhere', is: 'eq', value: true } as const;
/** A buyer who has it says so wherever the carrier was. */
const isUnconfirmed = { feature: 'release.confirmed', is: 'eq', value: false } as const;

const CHECKOUT: readonly RiskRule[] = [
  {
    ...skip,
    code: 'CARD_FROM_ABROAD',
    when: { all: [isStranger, isDear, { feature: 'payment.cardAbroad', is: 'eq', value: true }] },
    outcome: 'REVIEW',
    reason: 'A stranger’s card from another country than dear goods go to.',
    score: 200,
    snoozeBy: 'buyer.id',
  },
  {
    ...skip,
    code: 'ADDRESS_OF_MANY',
    when: { all: [isStranger, isDear, { feature: 'address.buyers_90d', is: 'gte', value: 5 }] },
    outcome: 'REVIEW',
    reason: 'Dear goods go to an address that many accounts buy for.',
    score: 200,
    snoozeBy: 'buyer.id',
  },
  {
    ...skip,
    code: 'BANK_CASES_OF_BUYER',
    when: { all: [isStranger, { feature: 'buyer.bankCases_365d', is: 'gte', value: 2 }] },
    outcome: 'REVIEW',
    reason: 'Banks have contested, or warned of, payments of this account.',
    score: 400,
    snoozeBy: 'buyer.id',
  },
];

const RELEASE: readonly RiskRule[] = [
  {
    ...skip,
    code: 'TRACKING_REUSED',
    when: { all: [isNotTrusted, { feature: 'parcel.trackingReused', is: 'eq', value: true }] },
    outcome: 'BLOCK_AND_REVIEW',
    reason: 'The parcel’s number is that of another order’s parcel.',
    score: 600,
    snoozeBy: 'seller.id',
  },
  // carriers name districts and depots: worth a look, and of a new seller's parcels more than that
  {
    ...skip,
    code: 'DELIVERED_ELSEWHERE',
    when: { all: [isNotTrusted, isElsewhere, isUnconfirmed] },
    outcome: 'REVIEW',
    reason: 'The carrier delivered in another place, and the buyer has not said it came.',
    score: 200,
    snoozeBy: 'seller.id',
  },
  {
    ...skip,
    code: 'UNTRIED_AND_ELSEWHERE',
    when: { all: [isUntried, isElsewhere, isUnconfirmed] },
    outcome: 'BLOCK_AND_REVIEW',
    reason: 'A new seller’s parcel went to another place, and the buyer has not said it came.',
    score: 400,
    snoozeBy: 'seller.id',
  },
  {
    ...skip,
    code: 'PARTIES_SHARE_HOME',
    when: {
      all: [
        isNotTrusted,
        {
          any: [
            { feature: 'parties.shareAddress', is: 'eq', value: true },
            { feature: 'parties.shareDevice', is: 'eq', value: true },
          ],
        },
      ],
    },
    outcome: 'REVIEW',
    reason: 'The buyer’s address or device is one that the seller’s people buy with.',
    score: 300,
    snoozeBy: 'seller.id',
  },
];

const PAYOUT: readonly RiskRule[] = [
  {
    ...skip,
    code: 'BARELY_VERIFIED_IN_ALL',
    when: {
      all: [
        isNotTrusted,
        { feature: 'seller.kybLevel', is: 'lt', value: 2 },
        { feature: 'seller.paidOut_30d', is: 'gte', value: 2_000_000 },
      ],
    },
    outcome: 'REVIEW',
    reason: 'Little is known of the business for what a month’s payouts come to.',
    score: 200,
    snoozeBy: 'seller.id',
  },
];

/** The points whose rules are newer than those of `current-rules`. */
export const NEWER_POINTS = ['CHECKOUT', 'RELEASE', 'PAYOUT'] as const;

/**
 * The rules that are live in a new database, over those of `current-rules` and `default-rules` before them. Migration 0042
 * has written them into databases: newer ones come in a file of their own, never by a change here.
 */
export const LATEST_RULES: Readonly<Record<RiskPoint, readonly RiskRule[]>> = {
  ...DEFAULT_RULES,
  CHECKOUT: [...DEFAULT_RULES.CHECKOUT, ...CHECKOUT],
  RELEASE: [...DEFAULT_RULES.RELEASE, ...RELEASE],
  PAYOUT: [...DEFAULT_RULES.PAYOUT, ...PAYOUT],
};
