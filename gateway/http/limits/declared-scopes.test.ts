import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import {
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getOperationAST,
  graphql,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parse,
} from 'graphql';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { fulfillmentSchema } from '../../../subgraphs/fulfillment/fulfillment.schema';
import { marketplaceSchema } from '../../../subgraphs/marketplace/marketplace.schema';
import { merchantServicesSchema } from '../../../subgraphs/merchant-services/merchant-services.schema';
import { paymentsSchema } from '../../../subgraphs/payments/payments.schema';
import { neededScopes, refuseWithoutScopes } from './root-scopes';

/** Mutations that no scope opens or closes, and why. A new one is put here or says its scope. */
const WITHOUT_SCOPE: Readonly<Record<string, readonly string[]>> = {
  'anybody, or the account that the token is of': ['accountSignIn', 'accountSignUp', 'sellerOpen'],
  'whoever holds the cart or checkout': [
    'cartCreate',
    'cartLinesAdd',
    'cartLinesRemove',
    'cartLinesUpdate',
    'checkoutBegin',
    'checkoutCancel',
    'checkoutComplete',
  ],
  'buyers, never keys': [
    'disputeOpen',
    'escrowMilestoneChangesRequest',
    'escrowReleaseConfirm',
    'paymentConfirm',
    'paymentCreate',
    'paymentMethodRemove',
    'paymentMethodSave',
    'paymentMethodSetup',
  ],
  'signed-in people, never keys': [
    'accountPasswordChange',
    'accountSignOutEverywhere',
    'accountStepUp',
  ],
  'operators, who sign in': [
    'businessCalendarSet',
    'disputeAppealDecide',
    'disputeDecide',
    'approvalGrant',
    'approvalReject',
    'payoutAccountVerify',
    'escrowHoldLift',
    'escrowHoldPlace',
    'ledgerAdjustmentCreate',
    'reconciliationItemResolve',
    'reconciliationRun',
    'riskReviewDecide',
    'riskRuleSetCreate',
    'riskRuleSetPublish',
  ],
  'signed-in members and operators, never keys': [
    'apiKeyCostBudgetSet',
    'apiKeyCreate',
    'apiKeyRevoke',
    'apiKeyRotate',
    'merchantReviewDecide',
    'merchantSubmit',
  ],
};

const sdl = readFileSync('schema/supergraph.graphql', 'utf8');
const needed = neededScopes(sdl);
const ofRoot = (root: string): [string, readonly string[]][] =>
  [...needed].flatMap(([place, scopes]) =>
    place.startsWith(`${root}.`) ? [[place.slice(root.length + 1), scopes]] : [],
  );
const client = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();

/** A key that has every scope but this one. */
const lacking = (scope: string): Viewer =>
  makeViewer({
    kind: 'API_KEY',
    accountId: 'acc_1',
    keyId: 'key_1',
    tenantIds: ['sel_1'],
    scopes: [...needed.values()].flat().filter((one) => one !== scope),
    correlationId: 'test',
  });

const SCALARS: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1,
  Boolean: true,
  DateTime: '2026-01-01T00:00:00Z',
  Decimal: '1.00',
  BigInt: '1',
  CurrencyCode: 'BRL',
};

/** The least that fits an input type. */
function least(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return least(type.ofType);
  if (isListType(type)) return [least(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return SCALARS[type.name] ?? 'text';
  const wanted = Object.values(type.getFields()).filter(({ type: of }) => isNonNullType(of));
  return Object.fromEntries(wanted.map((field) => [field.name, least(field.type)]));
}

/** An operation of this one field, with all that it requires. */
function asking(schema: GraphQLSchema, kind: 'mutation' | 'subscription', name: string) {
  const root = kind === 'mutation' ? schema.getMutationType() : schema.getSubscriptionType();
  const args = root?.getFields()[name]?.args.filter(({ type }) => isNonNullType(type)) ?? [];
  const list = (of: (arg: (typeof args)[number]) => string): string =>
    args.length === 0 ? '' : `(${args.map(of).join(', ')})`;
  const head = list((arg) => `$${arg.name}: ${String(arg.type)}`);
  const given = list((arg) => `${arg.name}: $${arg.name}`);
  return {
    source: `${kind} ${head} { ${name}${given} { __typename } }`,
    variables: Object.fromEntries(args.map((arg) => [arg.name, least(arg.type)])),
  };
}

function gatewayRefusal(kind: 'mutation' | 'subscription', name: string, viewer: Viewer) {
  const { source, variables } = asking(client, kind, name);
  const document = parse(source);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('no operation');
  try {
    refuseWithoutScopes(needed, { schema: client, document, operation, variables }, viewer);
    return undefined;
  } catch (error) {
    return (error as GraphQLError).message;
  }
}

it.each(ofRoot('Mutation'))(
  '%s: the gateway and the subgraph refuse a key without %j alike',
  async (name, [scope = '']) => {
    const schemas = await Promise.all([
      marketplaceSchema(),
      paymentsSchema(),
      fulfillmentSchema(),
      merchantServicesSchema(),
    ]);
    const schema = schemas.find((one) => one.getMutationType()?.getFields()[name] !== undefined);
    if (schema === undefined) throw new Error(`nobody has ${name}`);
    const viewer = lacking(scope);
    const message = `This needs the scope ${scope}.`;
    expect(gatewayRefusal('mutation', name, viewer)).toBe(message);
    const { source, variables: variableValues } = asking(schema, 'mutation', name);
    // Nothing but the viewer is there: the refusal comes before anything is reached.
    const { errors } = await graphql({ schema, source, variableValues, contextValue: { viewer } });
    expect(errors?.map((error) => error.message)).toEqual([message]);
  },
);

it('every mutation says its scope or is known to need none', () => {
  const all = Object.keys(client.getMutationType()?.getFields() ?? {}).sort();
  const declared = ofRoot('Mutation').map(([name]) => name);
  expect([...declared, ...Object.values(WITHOUT_SCOPE).flat()].sort()).toEqual(all);
});

it('every live field says the scope of the query that answers it', () => {
  const live = Object.keys(client.getSubscriptionType()?.getFields() ?? {}).sort();
  expect(
    ofRoot('Subscription')
      .map(([name]) => name)
      .sort(),
  ).toEqual(live);
  for (const [name, [scope = '']] of ofRoot('Subscription')) {
    expect(scope).toMatch(/:read$/);
    expect(gatewayRefusal('subscription', name, lacking(scope))).toMatch(scope);
  }
});
