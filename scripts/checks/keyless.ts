import type { GraphQLSchema } from 'graphql';
import { getNamedType, isInputObjectType } from 'graphql';

/** Mutations that take no idempotency key, and what makes a second call harmless. All others must take one. */
export const KEYLESS: Readonly<Record<string, string>> = {
  accountPasswordChange: 'moves neither money nor stock; the old password works once',
  accountSignIn: 'makes a token, nothing else',
  accountSignOutEverywhere: 'moves neither money nor stock; again it ends nothing more',
  accountSignUp: 'moves neither money nor stock; an address has one account',
  accountStepUp: 'makes a token, nothing else',
  apiKeyCostBudgetSet: 'moves neither money nor stock; sets a value',
  apiKeyRevoke: 'moves neither money nor stock; a key ends once',
  cartCreate: 'a cart reserves nothing',
  cartLinesAdd: 'a cart reserves nothing',
  cartLinesRemove: 'a cart reserves nothing',
  cartLinesUpdate: 'a cart reserves nothing',
  merchantReviewDecide: 'moves neither money nor stock; a review is decided once',
  merchantSubmit: 'moves neither money nor stock; sets a profile',
  offerPause: 'stock stays where it is; an offer is paused once',
  offerPublish: 'stock stays where it is; an offer is published once',
  offerWithdraw: 'stock stays where it is; an offer ends once',
  reviewCreate: 'moves neither money nor stock; an order line has one review',
  sellerOpen: 'moves neither money nor stock; a handle has one seller',
};

/** Mutations without an `idempotencyKey` in their input that no entry excuses, and entries that excuse nothing. */
export function keylessFindings(
  schema: GraphQLSchema,
  excused: Readonly<Record<string, string>> = KEYLESS,
): string[] {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  const keyless = fields
    .filter(({ args }) => {
      const inputs = args.map(({ type }) => getNamedType(type)).filter(isInputObjectType);
      return !inputs.some((input) => 'idempotencyKey' in input.getFields());
    })
    .map(({ name }) => name);
  return [
    ...keyless
      .filter((name) => !Object.hasOwn(excused, name))
      .map((name) => `${name} takes no idempotencyKey, and no entry says why it needs none`),
    ...Object.keys(excused)
      .filter((name) => !keyless.includes(name))
      .map((name) => `the entry for ${name} excuses nothing`),
  ];
}
