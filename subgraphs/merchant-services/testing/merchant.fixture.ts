import { graphql } from 'graphql';
import { fact } from '#contracts/fact';
import type { FactInput, FactName } from '#contracts/facts';
import { accountIds, sellerIds } from '#contracts/ids';
import { type Viewer, makeViewer, systemViewer } from '#kernel/auth/viewer';
import { ManualClock } from '#kernel/clock/clock';
import { CallError } from '#kernel/errors/refusal';
import type { Fact } from '#kernel/events/fact';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { startMerchantServices } from '../merchant-services.main';

export const clock = new ManualClock(new Date('2026-03-01T10:00:00Z'));
export const owner = accountIds.create();
export const seller = sellerIds.create();
export let subgraph: Subgraph;
let close: () => Promise<void>;

export const user = (accountId: string, roles: string[] = []): Viewer =>
  makeViewer({ kind: 'USER', accountId, roles, scopes: ['*'], correlationId: 'test' });
export const keyFor = (sellerId: string, ...scopes: string[]): Viewer =>
  makeViewer({
    kind: 'API_KEY',
    accountId: owner,
    tenantIds: [sellerId],
    scopes,
    correlationId: 'k',
  });
export const anonymous = makeViewer({ kind: 'ANONYMOUS', correlationId: 'anon' });
export const gateway = makeViewer({ kind: 'SERVICE', correlationId: 'gw' });
export const strangers = {
  anonymous,
  'another account': user(accountIds.create()),
  'a key of another seller': keyFor(sellerIds.create(), 'analytics:read', 'catalogue:write'),
  'a key without the scope': keyFor(seller, 'orders:read'),
};

export async function tell<N extends FactName>(type: N, data: FactInput<N>): Promise<void> {
  const told = fact(type, { subject: 'x', topics: [] }, data);
  const heard: Fact = {
    ...(JSON.parse(JSON.stringify(told)) as typeof told),
    id: 'evt',
    source: 'elsewhere',
    time: clock.now(),
    actor: 'system',
    correlationId: 'test',
    position: { epoch: 1, xid: '1', seq: '1' },
  };
  await subgraph.db.transaction(systemViewer('test'), async (tx) => {
    for (const reaction of subgraph.reactions)
      if (reaction.on === type) await reaction.run(tx, heard);
  });
}

export async function ask(
  viewer: Viewer,
  source: string,
  variableValues: Record<string, unknown> = {},
) {
  const { schema } = subgraph;
  const result = await graphql({
    schema,
    source,
    variableValues,
    contextValue: subgraph.context(viewer),
  });
  for (const { originalError } of result.errors ?? []) {
    // A call error is an answer; anything else is a bug and must not hide in a null.
    if (originalError != null && !(originalError instanceof CallError)) throw originalError;
  }
  return JSON.parse(JSON.stringify(result)) as {
    data?: Record<string, unknown>;
    errors?: { message: string }[];
  };
}

export async function open(sellerId: string, accountId: string): Promise<string> {
  await tell('seller.opened', {
    sellerId,
    accountId,
    country: 'BR',
    handle: sellerId,
    displayName: 'Shop',
  });
  const row = await subgraph.db.first<{ id: string }>(
    'select id from merchant where "sellerId" = $1',
    [sellerId],
  );
  return row?.id ?? '';
}

export const PROFILE = {
  entityType: 'COMPANY',
  legalName: 'Loja Azul Ltda',
  registrationNumber: '12.345.678/0001-90',
  address: 'Rua das Flores 1, Sao Paulo',
  email: 'loja@example.com',
  phone: '+5511999990000',
};
export const SUBMIT = `mutation ($input: MerchantSubmitInput!) { merchantSubmit(input: $input) {
  merchant { id verification { state level gates { gate open } requirements { code met } } }
  userErrors { code field } } }`;

/** Starts the subgraph on a database of its own, with one seller's merchant opened; returns the merchant's id. */
export async function startWithSeller(): Promise<string> {
  const test = await openTestDatabase('merchant_services', clock);
  close = test.close;
  const host = { db: test.db, clock, log: silentLogger() };
  subgraph = await startMerchantServices(host, { standardBudget: 2_000 });
  return open(seller, owner);
}

export const stop = (): Promise<void> => close();
