import { DAY, HOUR, MINUTE } from '#kernel/clock/clock';
import type { FeatureType, FeatureTypes } from '#kernel/predicates/predicate';
import type { RiskPoint } from './risk.rules';

/** A feature that rules can ask about. */
export interface Feature {
  readonly type: FeatureType;
  /** Which way a number gets worse; rules may only push that way. Absent: neither is. */
  readonly worse?: 'UP' | 'DOWN';
  readonly points: readonly RiskPoint[];
}

/** Whose earlier payments a window looks at. */
export type WindowOwner = 'buyer' | 'network' | 'device' | 'card';

/** An aggregate over the earlier payments of one owner within a time. */
export interface WindowFeature {
  readonly owner: WindowOwner;
  readonly name: string;
  readonly ms: number;
  readonly aggregate:
    'count' | 'distinct' | 'sum' | 'mean' | 'min' | 'max' | 'stddev' | 'percentile95';
  /** What is aggregated; a count needs none. */
  readonly of?: 'card' | 'buyer' | 'amount';
  /** Only payments that were declined, or whose money came in. */
  readonly only?: 'declined' | 'captured';
  readonly worse?: 'UP' | 'DOWN';
}

const within = (owner: WindowOwner, ms: number) => ({ owner, ms, worse: 'UP' as const });

/** What a buyer usually spends: neither side of it is worse. */
const usual = { owner: 'buyer', ms: 90 * DAY } as const;

/** How many rows of one owner are looked at, newest first: counts do not go beyond it. */
export const WINDOW_ROWS = 200;

/** So many orders of a seller's week are counted, and as many of each week before: above all of them nothing is known. */
export const WEEK_ROWS = 1_000;

/** Windows over earlier payments, the present one not included. */
export const WINDOWS: readonly WindowFeature[] = [
  { ...within('network', 10 * MINUTE), name: 'declines_10m', aggregate: 'count', only: 'declined' },
  { ...within('network', HOUR), name: 'cards_1h', aggregate: 'distinct', of: 'card' },
  { ...within('network', DAY), name: 'cards_24h', aggregate: 'distinct', of: 'card' },
  { ...within('network', DAY), name: 'buyers_24h', aggregate: 'distinct', of: 'buyer' },
  {
    ...within('network', 10 * MINUTE),
    name: 'largest_10m',
    aggregate: 'max',
    of: 'amount',
    worse: 'DOWN',
  },
  { ...within('device', HOUR), name: 'cards_1h', aggregate: 'distinct', of: 'card' },
  { ...within('device', DAY), name: 'cards_24h', aggregate: 'distinct', of: 'card' },
  { ...within('device', DAY), name: 'buyers_24h', aggregate: 'distinct', of: 'buyer' },
  { ...within('card', DAY), name: 'buyers_24h', aggregate: 'distinct', of: 'buyer' },
  { ...within('card', DAY), name: 'declines_24h', aggregate: 'count', only: 'declined' },
  { ...within('buyer', HOUR), name: 'payments_1h', aggregate: 'count' },
  { ...within('buyer', HOUR), name: 'declines_1h', aggregate: 'count', only: 'declined' },
  { ...within('buyer', HOUR), name: 'cards_1h', aggregate: 'distinct', of: 'card' },
  { ...within('buyer', DAY), name: 'cards_24h', aggregate: 'distinct', of: 'card' },
  { ...within('buyer', DAY), name: 'spent_24h', aggregate: 'sum', of: 'amount', only: 'captured' },
  { ...usual, name: 'smallest_90d', aggregate: 'min', of: 'amount' },
  { ...usual, name: 'mean_90d', aggregate: 'mean', of: 'amount' },
  { ...usual, name: 'deviation_90d', aggregate: 'stddev', of: 'amount' },
  { ...usual, name: 'usual_90d', aggregate: 'percentile95', of: 'amount' },
  {
    ...within('buyer', 365 * DAY),
    name: 'good_365d',
    aggregate: 'count',
    only: 'captured',
    worse: 'DOWN',
  },
];

const CHECKOUT = ['CHECKOUT', 'CAPTURE'] as const;
const MONEY = ['RELEASE', 'PAYOUT', 'CLAIM'] as const;
const SELLERS = [...MONEY, 'ONBOARDING'] as const;
const ALL = [...CHECKOUT, ...MONEY];

/** Every feature. Hashes stand for what must not be kept: addresses, devices, cards. */
export const FEATURES: Readonly<Record<string, Feature>> = {
  'amount.minor': { type: 'number', worse: 'UP', points: ALL },
  'amount.currency': { type: 'string', points: ALL },
  /** The order's total ÷ the 95th percentile of the seller's latest 100 funded orders, from 20 on. */
  'amount.toSellerP95': { type: 'number', worse: 'UP', points: CHECKOUT },
  /** The same in standard deviations from their mean. */
  'amount.sellerDeviations': { type: 'number', worse: 'UP', points: CHECKOUT },
  'buyer.id': { type: 'string', points: [...CHECKOUT, 'RELEASE', 'CLAIM'] },
  'buyer.daysKnown': { type: 'number', worse: 'DOWN', points: CHECKOUT },
  'buyer.ordersFunded_90d': { type: 'number', points: ['RELEASE', 'CLAIM'] },
  'buyer.refundRate_90d': { type: 'number', worse: 'UP', points: ['RELEASE', 'CLAIM'] },
  'buyer.disputeRate_90d': { type: 'number', worse: 'UP', points: ['RELEASE', 'CLAIM'] },
  /** Accounts with a bank's case or a network's warning: how many of a year, those won not counted. */
  'buyer.bankCases_365d': { type: 'number', worse: 'UP', points: CHECKOUT },
  /** How many other accounts had orders sent to the same address, up to 50. */
  'address.buyers_90d': { type: 'number', worse: 'UP', points: CHECKOUT },
  /** True when a card was issued in another country than goods go to; before it was charged only kept cards tell. */
  'payment.cardAbroad': { type: 'boolean', points: [...CHECKOUT, 'RELEASE', 'CLAIM'] },
  'network.hash': { type: 'string', points: CHECKOUT },
  'device.hash': { type: 'string', points: CHECKOUT },
  'card.hash': { type: 'string', points: CHECKOUT },
  'seller.ids': { type: 'set', points: CHECKOUT },
  'seller.id': { type: 'string', points: SELLERS },
  /** 0 RESTRICTED, 1 NEW, 2 STANDARD, 3 TRUSTED; of several sellers the least. */
  'seller.trust': { type: 'number', worse: 'DOWN', points: [...ALL, 'ONBOARDING'] },
  'seller.ordersFunded_90d': { type: 'number', points: MONEY },
  'seller.refundRate_90d': { type: 'number', worse: 'UP', points: MONEY },
  'seller.disputeRate_90d': { type: 'number', worse: 'UP', points: MONEY },
  /**
   * Funded orders of 7 days ÷ what the 28 days before make expect, from 10 on; at least that when there are more than are
   * counted, and missing when that holds for both.
   */
  'seller.volumeJump': { type: 'number', worse: 'UP', points: MONEY },
  /** How many other sellers are paid out to the same account. */
  'seller.accountSharedBy': { type: 'number', worse: 'UP', points: ['PAYOUT', 'ONBOARDING'] },
  /** Hours since payouts go where they go now. */
  'seller.accountHours': { type: 'number', worse: 'DOWN', points: ['PAYOUT'] },
  /** How far the business behind the seller was verified; missing before anything was told. */
  'seller.kybLevel': { type: 'number', worse: 'DOWN', points: ['PAYOUT', 'ONBOARDING'] },
  /** What is paid out in 30 days, this payout included, minor units of its currency. */
  'seller.paidOut_30d': { type: 'number', worse: 'UP', points: ['PAYOUT'] },
  /** 1 while an operator has to look at where payouts go, 2 when that was declined. */
  'seller.onboarding': { type: 'number', worse: 'UP', points: ['PAYOUT'] },
  /** All orders funded in 90 days, and which part was disputed or charged back: card networks count like that. */
  'seller.settled_90d': { type: 'number', points: ['PAYOUT'] },
  'seller.caseRatio_90d': { type: 'number', worse: 'UP', points: ['PAYOUT'] },
  /** True when the buyer paid from a network from which the seller asked for payouts. */
  'parties.shareNetwork': { type: 'boolean', points: ['RELEASE', 'CLAIM'] },
  /** True when somebody acts for the seller who is the buyer. */
  'parties.samePerson': { type: 'boolean', points: ['RELEASE', 'CLAIM'] },
  /** True when the order goes where one of the seller's people has had another sent to. */
  'parties.shareAddress': { type: 'boolean', points: ['RELEASE', 'CLAIM'] },
  /** True when one of the seller's people has bought with the device that paid. */
  'parties.shareDevice': { type: 'boolean', points: ['RELEASE', 'CLAIM'] },
  /** True when a parcel's number is that of another order's parcel. */
  'parcel.trackingReused': { type: 'boolean', points: ['RELEASE', 'CLAIM'] },
  /** True when the carrier delivered in another place than the order's; missing when it does not say where. */
  'parcel.deliveredElsewhere': { type: 'boolean', points: ['RELEASE', 'CLAIM'] },
  /** True when the buyer has said that the goods are there. */
  'release.confirmed': { type: 'boolean', points: ['RELEASE'] },
  'release.minutesSinceDelivery': { type: 'number', worse: 'DOWN', points: ['RELEASE'] },
  ...Object.fromEntries(
    WINDOWS.map(({ owner, name, worse }): [string, Feature] => [
      `${owner}.${name}`,
      { type: 'number', points: CHECKOUT, ...(worse && { worse }) },
    ]),
  ),
};

/** The features that are known at a point. */
export const featureTypes = (point: RiskPoint): FeatureTypes =>
  Object.fromEntries(
    Object.entries(FEATURES)
      .filter(([, { points }]) => points.includes(point))
      .map(([name, { type }]) => [name, type]),
  );
