import type { FactName } from './facts';

/** What a fact is about: the part of its name before the dot. */
type FactNoun = FactName extends `${infer Noun}.${string}` ? Noun : never;

/** The subgraph that tells the facts about each noun: the noun's owner. */
const tellers: Readonly<Record<FactNoun, string>> = {
  account: 'marketplace',
  seller_trust: 'marketplace',
  seller: 'marketplace',
  offer: 'marketplace',
  order_group: 'marketplace',
  order: 'marketplace',
  review: 'marketplace',
  payment: 'payments',
  escrow: 'payments',
  refund: 'payments',
  dispute: 'payments',
  chargeback: 'payments',
  balance: 'payments',
  payout: 'payments',
  payout_account: 'payments',
  fee: 'payments',
  reconciliation: 'payments',
  risk: 'payments',
  fulfillment_order: 'fulfillment',
  shipment: 'fulfillment',
  label: 'fulfillment',
  return: 'fulfillment',
  merchant: 'merchant-services',
  restriction: 'merchant-services',
  ad_grant: 'merchant-services',
  ad_spend: 'merchant-services',
  advance: 'merchant-services',
  api_key: 'merchant-services',
};

/** What payments answers when another subgraph's noun is about money: whether it moved. */
const answers: ReadonlySet<FactName> = new Set([
  'ad_grant.funded',
  'ad_grant.refused',
  'advance.disbursed',
  'advance.refused',
  'advance.remitted',
  'advance.remittance_reversed',
]);

export const tellerOf = (type: FactName): string =>
  answers.has(type) ? 'payments' : tellers[type.split('.')[0] as FactNoun];
