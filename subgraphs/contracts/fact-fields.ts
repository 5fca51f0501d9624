import { z } from 'zod';
import { type IdKind, prefixOf } from '#kernel/ids/id';
import type { Id } from '#kernel/ids/id';
import { accountIds, orderIds, orderLineIds, sellerIds } from './ids';

/** Building blocks of facts: ids, exact amounts as strings, instants, parties. */
export const id = <Prefix extends string>(kind: IdKind<Prefix>) =>
  z
    .string()
    .refine((text) => prefixOf(text) === kind.prefix, `not a ${kind.prefix} id`)
    .transform((text) => text as Id<Prefix>)
    .meta({ description: `${kind.prefix}_…`, pattern: `^${kind.prefix}_` });

/** Minor units as a decimal string on the wire, `bigint` inside. */
export const minor = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .transform(BigInt)
  .meta({ description: 'Minor units of the currency, as a string.' });

export const currency = z.string().length(3).meta({ description: 'ISO 4217.' });

export const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .meta({ description: 'RFC 3339.' });

export const country = z.string().length(2).meta({ description: 'ISO 3166-1 alpha-2.' });

/** Where goods go. Personal: only in facts to the subgraph that ships, never in webhooks. */
export const address = z.object({
  name: z.string(),
  street: z.string(),
  city: z.string(),
  region: z.string().nullable(),
  postalCode: z.string(),
  country,
});
export type Address = z.output<typeof address>;

/** An order and its two sides. */
export const orderParties = {
  orderId: id(orderIds),
  sellerId: id(sellerIds),
  buyerId: id(accountIds),
};

/** How much of which lines. */
export const quantities = z.array(
  z.object({ orderLineId: id(orderLineIds), quantity: z.int().positive() }),
);
