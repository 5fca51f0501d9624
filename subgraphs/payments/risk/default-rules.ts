import type { RiskPoint, RiskRule } from './risk.rules';

const skip = { onMissing: 'SKIP' } as const;

/** Few reasons to doubt: neither a seller with a good name nor a buyer with a history is bothered for being busy. */
const isStranger = { feature: 'buyer.good_365d', is: 'lt', value: 5 } as const;
const isUntried = { feature: 'seller.trust', is: 'lt', value: 2 } as const;
const isNotTrusted = { feature: 'seller.trust', is: 'lt', value: 3 } as const;

/**
 * The rules that were live at first. A migration has written them, so they never change here: others are data that an
 * operator drafts, shadows and publishes.
 */
export const FIRST_RULES: Readonly<Record<Exclude<RiskPoint, 'ONBOARDING'>, readonly RiskRule[]>> =
  {
    CHECKOUT: [
      {
        ...skip,
        code: 'CARD_TESTING',
        when: {
          all: [
            { feature: 'network.declines_10m', is: 'gte', value: 15 },
            { feature: 'network.cards_1h', is: 'gte', value: 10 },
          ],
        },
        outcome: 'DECLINE',
        reason: 'Many cards are tried from one network and most are declined.',
        score: 900,
        snoozeBy: 'network.hash',
      },
      {
        ...skip,
        code: 'MANY_CARDS_OF_A_DEVICE',
        when: { all: [isStranger, { feature: 'device.cards_24h', is: 'gte', value: 6 }] },
        outcome: 'REVIEW',
        reason: 'A buyer without a history pays by many cards from one device.',
        score: 300,
        snoozeBy: 'device.hash',
      },
      {
        ...skip,
        code: 'MANY_CARDS_OF_A_BUYER',
        when: {
          all: [
            isStranger,
            { feature: 'buyer.cards_1h', is: 'gte', value: 6 },
            { feature: 'buyer.declines_1h', is: 'gte', value: 6 },
          ],
        },
        outcome: 'REVIEW',
        reason: 'A buyer without a history tries many cards and most are declined.',
        score: 300,
        snoozeBy: 'buyer.id',
      },
      {
        ...skip,
        code: 'CARD_OF_MANY_BUYERS',
        when: { feature: 'card.buyers_24h', is: 'gte', value: 4 },
        outcome: 'REVIEW',
        reason: 'One card pays for several accounts.',
        score: 400,
        snoozeBy: 'card.hash',
      },
      {
        ...skip,
        code: 'UNUSUAL_AMOUNT',
        when: {
          all: [isStranger, isNotTrusted, { feature: 'amount.toSellerP95', is: 'gte', value: 8 }],
        },
        outcome: 'REVIEW',
        reason: 'The order costs far more than what this seller usually sells.',
        score: 200,
        snoozeBy: 'buyer.id',
      },
    ],
    CAPTURE: [
      {
        ...skip,
        code: 'CARD_TESTING_SINCE',
        when: {
          all: [
            isStranger,
            { feature: 'network.declines_10m', is: 'gte', value: 15 },
            { feature: 'network.cards_1h', is: 'gte', value: 10 },
          ],
        },
        outcome: 'DECLINE',
        reason: 'Since the payment was authorized, cards are being tried from its network.',
        score: 900,
      },
    ],
    RELEASE: [
      {
        ...skip,
        code: 'PARTIES_ARE_ONE',
        when: { all: [isNotTrusted, { feature: 'parties.samePerson', is: 'eq', value: true }] },
        outcome: 'BLOCK_AND_REVIEW',
        reason: 'The buyer acts for the seller.',
        score: 600,
        snoozeBy: 'seller.id',
      },
      // an office, or a village behind one address: worth a look, no reason to keep anybody's money
      {
        ...skip,
        code: 'PARTIES_SHARE_NETWORK',
        when: { all: [isNotTrusted, { feature: 'parties.shareNetwork', is: 'eq', value: true }] },
        outcome: 'REVIEW',
        reason: 'The buyer paid from where the seller said where money is to go.',
        score: 200,
        snoozeBy: 'seller.id',
      },
      {
        ...skip,
        code: 'NEW_SELLER_JUMPS',
        when: {
          all: [
            isUntried,
            { feature: 'seller.volumeJump', is: 'gte', value: 10 },
            { feature: 'amount.minor', is: 'gte', value: 50_000 },
          ],
        },
        outcome: 'BLOCK_AND_REVIEW',
        reason: 'A new seller suddenly sells much more than before.',
        score: 400,
        snoozeBy: 'seller.id',
      },
    ],
    PAYOUT: [
      {
        ...skip,
        code: 'MOSTLY_REFUNDED',
        when: {
          all: [
            isNotTrusted,
            { feature: 'seller.ordersFunded_90d', is: 'gte', value: 20 },
            { feature: 'seller.refundRate_90d', is: 'gte', value: 0.5 },
          ],
        },
        outcome: 'BLOCK_AND_REVIEW',
        reason: 'Half of what the seller sold went back.',
        score: 400,
        snoozeBy: 'seller.id',
      },
      {
        ...skip,
        code: 'OFTEN_DISPUTED',
        when: {
          all: [
            isNotTrusted,
            { feature: 'seller.ordersFunded_90d', is: 'gte', value: 50 },
            { feature: 'seller.disputeRate_90d', is: 'gte', value: 0.2 },
          ],
        },
        outcome: 'REVIEW',
        reason: 'Buyers dispute one in five of the seller’s orders.',
        score: 300,
        snoozeBy: 'seller.id',
      },
    ],
    CLAIM: [
      {
        ...skip,
        code: 'BUYER_OF_REFUNDS',
        when: {
          all: [
            { feature: 'buyer.ordersFunded_90d', is: 'gte', value: 10 },
            { feature: 'buyer.refundRate_90d', is: 'gte', value: 0.5 },
          ],
        },
        outcome: 'REVIEW',
        reason: 'The buyer gets most orders refunded.',
        score: 200,
        snoozeBy: 'buyer.id',
      },
      {
        ...skip,
        code: 'BUYER_OF_DISPUTES',
        when: {
          all: [
            { feature: 'buyer.ordersFunded_90d', is: 'gte', value: 10 },
            { feature: 'buyer.disputeRate_90d', is: 'gte', value: 0.5 },
          ],
        },
        outcome: 'REVIEW',
        reason: 'The buyer disputes most orders.',
        score: 200,
        snoozeBy: 'buyer.id',
      },
    ],
  };
