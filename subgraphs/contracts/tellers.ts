import type { FactName } from './facts';

/** What a fact is about: the part of its name before the dot. */
type FactNoun = FactName extends `${infer Noun}.${string}` ? Noun : never;

/** The subgraph that tells the facts about each noun: the noun's owner, and nobody else. */
const tellers: Readonly<Record<FactNoun, string>> = {
  account: 'marketplace',
  seller: 'marketplace',
  offer: 'marketplace',
  order_group: 'marketplace',
  order: 'marketplace',
  review: 'marketplace',
  payment: 'payments',
  escrow: 'payments',
  refund: 'payments',
  payout: 'payments',
  fulfillment_order: 'fulfillment',
  shipment: 'fulfillment',
  label: 'fulfillment',
  merchant: 'merchant-services',
  api_key: 'merchant-services',
};

export const tellerOf = (type: FactName): string => tellers[type.split('.')[0] as FactNoun];
