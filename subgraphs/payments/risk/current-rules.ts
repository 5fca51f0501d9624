import { FIRST_RULES } from './default-rules';
import type { RiskPoint, RiskRule } from './risk.rules';

const skip = { onMissing: 'SKIP' } as const;
const isUntried = { feature: 'seller.trust', is: 'lt', value: 2 } as const;
const isNotTrusted = { feature: 'seller.trust', is: 'lt', value: 3 } as const;
/** Below this one case decides, which says nothing. */
const hasSold = { feature: 'seller.settled_90d', is: 'gte', value: 500 } as const;
/** An office or a family may share an account; more than a few sellers do not. */
const isShared = { feature: 'seller.accountSharedBy', is: 'gte', value: 5 } as const;

const PAYOUT: readonly RiskRule[] = [
  {
    ...skip,
    code: 'CASES_WARN',
    when: { all: [hasSold, { feature: 'seller.caseRatio_90d', is: 'gte', value: 0.0065 }] },
    outcome: 'REVIEW',
    reason: 'Disputes and chargebacks come near to what card networks allow.',
    score: 300,
    snoozeBy: 'seller.id',
  },
  {
    ...skip,
    code: 'CASES_RESTRICT',
    when: { all: [hasSold, { feature: 'seller.caseRatio_90d', is: 'gte', value: 0.009 }] },
    outcome: 'BLOCK_AND_REVIEW',
    reason: 'Disputes and chargebacks are more than card networks bear for long.',
    score: 600,
    snoozeBy: 'seller.id',
  },
  {
    ...skip,
    code: 'ACCOUNT_NEW',
    when: {
      all: [
        isUntried,
        { feature: 'seller.accountHours', is: 'lt', value: 168 },
        { feature: 'amount.minor', is: 'gte', value: 500_000 },
      ],
    },
    outcome: 'REVIEW',
    reason: 'A new seller wants much money on an account of less than a week.',
    score: 200,
    snoozeBy: 'seller.id',
  },
  {
    ...skip,
    code: 'ACCOUNT_OF_MANY',
    when: { all: [isNotTrusted, isShared] },
    outcome: 'REVIEW',
    reason: 'Many sellers are paid out to one account.',
    score: 300,
    snoozeBy: 'seller.id',
  },
  {
    ...skip,
    code: 'BARELY_VERIFIED',
    when: {
      all: [
        isNotTrusted,
        { feature: 'seller.kybLevel', is: 'lt', value: 2 },
        { feature: 'amount.minor', is: 'gte', value: 1_000_000 },
      ],
    },
    outcome: 'REVIEW',
    reason: 'Little is known of the business for so much money.',
    score: 200,
    snoozeBy: 'seller.id',
  },
  {
    ...skip,
    code: 'ONBOARDING_WAITS',
    when: { feature: 'seller.onboarding', is: 'gte', value: 1 },
    outcome: 'BLOCK_AND_REVIEW',
    reason: 'Nobody has approved of where payouts go.',
    score: 500,
    snoozeBy: 'seller.id',
  },
];

/** The rules that were live second. A migration has written them, so they never change here either: see `latest-rules`. */
export const DEFAULT_RULES: Readonly<Record<RiskPoint, readonly RiskRule[]>> = {
  ...FIRST_RULES,
  RELEASE: [
    ...FIRST_RULES.RELEASE,
    {
      ...skip,
      code: 'CONFIRMED_AT_ONCE',
      when: {
        all: [
          isUntried,
          { feature: 'release.minutesSinceDelivery', is: 'lt', value: 10 },
          { feature: 'amount.minor', is: 'gte', value: 200_000 },
        ],
      },
      outcome: 'REVIEW',
      reason: 'Dear goods of a new seller were confirmed within minutes.',
      score: 200,
      snoozeBy: 'seller.id',
    },
  ],
  PAYOUT: [...FIRST_RULES.PAYOUT, ...PAYOUT],
  ONBOARDING: [
    {
      ...skip,
      code: 'ACCOUNT_OF_OTHERS',
      when: { all: [isNotTrusted, isShared] },
      outcome: 'REVIEW',
      reason: 'Many sellers name one account.',
      score: 300,
      snoozeBy: 'seller.id',
    },
  ],
};
