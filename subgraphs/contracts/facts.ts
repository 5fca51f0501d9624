import type { z } from 'zod';
import { fulfillmentFacts } from './fulfillment.facts';
import { marketplaceFacts } from './marketplace.facts';
import { merchantServicesFacts } from './merchant-services.facts';
import { paymentsFacts } from './payments.facts';

/**
 * Every fact that one subgraph tells the others, in the order of an order's life. Facts carry ids and values, never
 * entities. Each is checked against this table when it is told and when it is heard.
 */
export const facts = {
  ...marketplaceFacts,
  ...paymentsFacts,
  ...fulfillmentFacts,
  ...merchantServicesFacts,
} as const;

export type FactName = keyof typeof facts;
/** What is given to tell a fact (ids, strings). */
export type FactInput<N extends FactName> = z.input<(typeof facts)[N]>;
/** What is heard (branded ids, bigint amounts, dates). */
export type FactData<N extends FactName> = z.output<(typeof facts)[N]>;
