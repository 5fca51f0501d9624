import { graphql } from 'graphql';
import { fact } from '#contracts/fact';
import type { FactInput, FactName } from '#contracts/facts';
import {
  accountIds,
  escrowIds,
  offerIds,
  orderGroupIds,
  orderIds,
  orderLineIds,
  productIds,
  refundIds,
  sellerIds,
  shipmentIds,
  variantIds,
} from '#contracts/ids';
import { type Viewer, makeViewer, systemViewer } from '#kernel/auth/viewer';
import { DAY, HOUR, ManualClock } from '#kernel/clock/clock';
import { CallError } from '#kernel/errors/refusal';
import type { Fact } from '#kernel/events/fact';
import { fireDueTimer } from '#kernel/events/timers';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { hashOf } from './api-keys/api-key.service';
import { startMerchantServices } from './merchant-services.main';

const clock = new ManualClock(new Date('2026-03-01T10:00:00Z'));
const owner = accountIds.create();
const seller = sellerIds.create();
let subgraph: Subgraph;
let close: () => Promise<void>;

const user = (accountId: string, roles: string[] = []): Viewer =>
  makeViewer({ kind: 'USER', accountId, roles, scopes: ['*'], correlationId: 'test' });
const keyFor = (sellerId: string, ...scopes: string[]): Viewer =>
  makeViewer({
    kind: 'API_KEY',
    accountId: owner,
    tenantIds: [sellerId],
    scopes,
    correlationId: 'k',
  });
const anonymous = makeViewer({ kind: 'ANONYMOUS', correlationId: 'anon' });
const gateway = makeViewer({ kind: 'SERVICE', correlationId: 'gw' });
const strangers = {
  anonymous,
  'another account': user(accountIds.create()),
  'a key of another seller': keyFor(sellerIds.create(), 'analytics:read', 'catalogue:write'),
  'a key without the scope': keyFor(seller, 'orders:read'),
};

async function tell<N extends FactName>(type: N, data: FactInput<N>): Promise<void> {
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

async function ask(viewer: Viewer, source: string, variableValues: Record<string, unknown> = {}) {
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
    data?: Record<string, never>;
    errors?: { message: string }[];
  };
}

async function open(sellerId: string, accountId: string): Promise<string> {
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

const PROFILE = {
  entityType: 'COMPANY',
  legalName: 'Loja Azul Ltda',
  registrationNumber: '12.345.678/0001-90',
  address: 'Rua das Flores 1, Sao Paulo',
  email: 'loja@example.com',
  phone: '+5511999990000',
};
const SUBMIT = `mutation ($input: MerchantSubmitInput!) { merchantSubmit(input: $input) {
  merchant { id verification { state level gates { gate open } requirements { code met } } }
  userErrors { code field } } }`;

let merchantId: string;
beforeAll(async () => {
  const test = await openTestDatabase('merchant_services', clock);
  close = test.close;
  subgraph = await startMerchantServices({ db: test.db, clock, log: silentLogger() });
  merchantId = await open(seller, owner);
});
afterAll(() => close());

describe('verification', () => {
  test('an incomplete profile is refused with the field and opens nothing', async () => {
    const input = { merchantId, ...PROFILE, registrationNumber: null };
    const result = await ask(user(owner), SUBMIT, { input });
    expect(result.data?.['merchantSubmit']).toEqual({
      merchant: null,
      userErrors: [{ code: 'REQUIREMENT_UNMET', field: ['registrationNumber'] }],
    });
  });

  test.each(Object.entries(strangers))('%s cannot submit', async (_name, viewer) => {
    const result = await ask(viewer, SUBMIT, { input: { merchantId, ...PROFILE } });
    const payload = result.data?.['merchantSubmit'] as unknown as {
      userErrors: { code: string }[];
    } | null;
    expect(payload?.userErrors[0]?.code ?? result.errors?.[0]?.message).toMatch(
      /MERCHANT_NOT_FOUND|Sign in/,
    );
  });

  test('a complete profile is verified at once, opens the gates and tells it', async () => {
    const result = await ask(user(owner), SUBMIT, { input: { merchantId, ...PROFILE } });
    expect(result.data?.['merchantSubmit']).toMatchObject({
      merchant: {
        verification: { state: 'VERIFIED_L1', level: 1, gates: [{ open: true }, { open: true }] },
      },
      userErrors: [],
    });
    const told = await subgraph.db.query<{ data: { gates: unknown } }>(
      `select data from outbox where type = 'merchant.verification_changed' and subject = $1`,
      [merchantId],
    );
    expect(told.map(({ data }) => data.gates)).toEqual([{ SELL: true, PAYOUT: true }]);
  });

  test('a registration number of someone else goes to a reviewer who is not a member', async () => {
    const other = accountIds.create();
    const twin = await open(sellerIds.create(), other);
    const submitted = await ask(user(other), SUBMIT, { input: { merchantId: twin, ...PROFILE } });
    expect(submitted.data?.['merchantSubmit']).toMatchObject({
      merchant: { verification: { state: 'MANUAL' } },
    });
    const decide = `mutation ($id: ID!) { merchantReviewDecide(input: { merchantId: $id, decision: APPROVE, reason: "seen" }) {
      merchant { verification { state level } } userErrors { code } } }`;
    const own = await ask(user(other, ['OPERATOR']), decide, { id: twin });
    expect(own.data?.['merchantReviewDecide']).toMatchObject({
      userErrors: [{ code: 'MERCHANT_NOT_FOUND' }],
    });
    const plain = await ask(user(accountIds.create()), decide, { id: twin });
    expect(plain.errors).toHaveLength(1);
    const decided = await ask(user(accountIds.create(), ['OPERATOR']), decide, { id: twin });
    expect(decided.data?.['merchantReviewDecide']).toMatchObject({
      merchant: { verification: { state: 'VERIFIED_L2', level: 2 } },
    });
  });

  test('after a year it must be certified again, and 30 days later selling stops', async () => {
    const account = accountIds.create();
    const id = await open(sellerIds.create(), account);
    await ask(user(account), SUBMIT, {
      input: { merchantId: id, ...PROFILE, entityType: 'INDIVIDUAL', registrationNumber: null },
    });
    const read = `query ($id: ID!) { merchant(id: $id) { verification { state gates { open } } } }`;
    clock.advance(365 * DAY);
    while (await fireDueTimer(subgraph.db, subgraph.timers));
    expect((await ask(anonymous, read, { id })).data).toMatchObject({
      merchant: {
        verification: { state: 'RECERTIFY_DUE', gates: [{ open: true }, { open: true }] },
      },
    });
    clock.advance(30 * DAY);
    while (await fireDueTimer(subgraph.db, subgraph.timers));
    expect((await ask(anonymous, read, { id })).data).toMatchObject({
      merchant: { verification: { state: 'LAPSED', gates: [{ open: false }, { open: false }] } },
    });
  });

  test('a stranger sees state and level, nothing private', async () => {
    const result = await ask(
      anonymous,
      'query ($id: ID!) { merchant(id: $id) { legalName actions { action } verification { level requirements { code } } } }',
      { id: merchantId },
    );
    expect(result.data?.['merchant']).toMatchObject({
      legalName: null,
      actions: [],
      verification: { requirements: null },
    });
  });
});

describe('API keys', () => {
  const create = `mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) {
    apiKey { id last4 state } secret userErrors { code field } } }`;
  const input = (idempotencyKey: string, scopes = ['orders:read']) => ({
    input: { merchantId, name: 'ERP', scopes, idempotencyKey },
  });
  const caller = `query ($hash: String!) { apiKeyCaller(hash: $hash) { keyId tenantIds scopes } }`;
  interface Made {
    apiKey: { id: string; last4: string; state: string };
    secret: string;
  }

  test('the secret is shown once, only its hash is stored, and it stands for the seller', async () => {
    const first = (await ask(user(owner), create, input('k1'))).data?.[
      'apiKeyCreate'
    ] as unknown as Made;
    const again = (await ask(user(owner), create, input('k1'))).data?.[
      'apiKeyCreate'
    ] as unknown as Made;
    expect(first.secret).toMatch(/^tgs_live_[0-9A-Za-z]{49}$/);
    expect(again).toMatchObject({ apiKey: { id: first.apiKey.id }, secret: null });
    const rows = await subgraph.db.query('select * from "apiKey", outbox, idempotency');
    expect(
      JSON.stringify(rows, (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v)),
    ).not.toContain(first.secret);
    const found = await ask(gateway, caller, { hash: hashOf(first.secret) });
    expect(found.data?.['apiKeyCaller']).toEqual({
      keyId: first.apiKey.id,
      tenantIds: [seller],
      scopes: ['orders:read'],
    });
    expect((await ask(user(owner), caller, { hash: hashOf(first.secret) })).errors).toHaveLength(1);
  });

  test('20 clicks with one key make one API key', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => ask(user(owner), create, input('twenty'))),
    );
    const payloads = made.map(({ data }) => data?.['apiKeyCreate'] as unknown as Made);
    expect(new Set(payloads.map(({ apiKey }) => apiKey.id)).size).toBe(1);
    expect(payloads.filter(({ secret }) => (secret as string | null) !== null)).toHaveLength(1);
  });

  test('another input under the same key, an unknown scope and a past expiry are refused', async () => {
    await ask(user(owner), create, input('k2'));
    const cases = [
      input('k2', ['payouts:read']),
      input('k3', ['moon:write']),
      { input: { ...input('k4').input, expiresAt: '2020-01-01T00:00:00Z' } },
    ];
    const codes: unknown[] = [];
    for (const variables of cases) {
      const payload = (await ask(user(owner), create, variables)).data?.[
        'apiKeyCreate'
      ] as unknown as {
        userErrors: { code: string }[];
      };
      codes.push(payload.userErrors[0]?.code);
    }
    expect(codes).toEqual([
      'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
      'SCOPE_UNKNOWN',
      'EXPIRY_INVALID',
    ]);
  });

  test.each(Object.entries(strangers))(
    '%s can neither make nor see keys',
    async (_name, viewer) => {
      const made = await ask(viewer, create, input('stranger'));
      expect(JSON.stringify(made)).toMatch(/MERCHANT_NOT_FOUND|Sign in/);
      const seen = await ask(
        viewer,
        'query ($id: ID!) { apiKeys(merchantId: $id) { nodes { id } } }',
        {
          id: merchantId,
        },
      );
      expect(seen.data?.['apiKeys']).toEqual({ nodes: [] });
    },
  );

  test('rotation leaves no gap; the old key ends after a day; a revoked key opens nothing', async () => {
    const old = (await ask(user(owner), create, input('k5'))).data?.[
      'apiKeyCreate'
    ] as unknown as Made;
    const rotate = `mutation ($id: ID!) { apiKeyRotate(input: { keyId: $id, idempotencyKey: "r1" }) {
      apiKey { id } secret userErrors { code } } }`;
    const fresh = (await ask(user(owner), rotate, { id: old.apiKey.id })).data?.[
      'apiKeyRotate'
    ] as unknown as Made;
    const works = async (secret: string) =>
      (await ask(gateway, caller, { hash: hashOf(secret) })).data?.['apiKeyCaller'] !== null;
    expect([await works(old.secret), await works(fresh.secret)]).toEqual([true, true]);
    clock.advance(24 * HOUR);
    while (await fireDueTimer(subgraph.db, subgraph.timers));
    expect([await works(old.secret), await works(fresh.secret)]).toEqual([false, true]);
    const revoke = `mutation ($id: ID!) { apiKeyRevoke(input: { keyId: $id }) { apiKey { state } userErrors { code } } }`;
    const foreign = await ask(user(accountIds.create()), revoke, { id: fresh.apiKey.id });
    expect(foreign.data?.['apiKeyRevoke']).toMatchObject({
      userErrors: [{ code: 'API_KEY_NOT_FOUND' }],
    });
    await ask(user(owner), revoke, { id: fresh.apiKey.id });
    expect(await works(fresh.secret)).toBe(false);
  });
});

describe('product profits', () => {
  const order = { orderId: orderIds.create(), sellerId: seller, buyerId: accountIds.create() };
  const line = (productId: string, unitMinor: string, quantity: number) => ({
    orderLineId: orderLineIds.create(),
    offerId: offerIds.create(),
    productId,
    variantId: variantIds.create(),
    title: 'Thing',
    quantity,
    unitMinor,
    shippingMinor: '100',
    commissionMinor: '0',
    weightG: 100,
    lengthCm: 1,
    widthCm: 1,
    heightCm: 1,
    handlingDays: 1,
  });
  const escrow = { ...order, escrowId: escrowIds.create(), currency: 'BRL' };
  const placed = {
    ...order,
    orderGroupId: orderGroupIds.create(),
    number: '1',
    currency: 'BRL',
    totalMinor: '4200',
    commissionMinor: '420',
    shippingMinor: '200',
    shipTo: { name: 'a', street: 'b', city: 'c', region: null, postalCode: 'd', country: 'BR' },
    lines: [line(productIds.create(), '1000', 3), line(productIds.create(), '1000', 1)],
  };
  const read = `query ($s: ID!) {
    productProfits(sellerId: $s, currencyCode: "BRL") { nodes { unitsSold grossSales { minorUnits } netProceeds { minorUnits } } }
    merchantDashboard(sellerId: $s, currencyCode: "BRL") { orders sales { minorUnits } net { minorUnits } openTasks } }`;

  test('facts in the wrong order add up to the seller’s total, to the cent', async () => {
    await tell('escrow.released', {
      ...escrow,
      grossMinor: '4101',
      commissionMinor: '420',
      taxMinor: '1',
      netMinor: '3680',
      remainingMinor: '0',
      cause: 'RECEIPT_CONFIRMED',
    });
    await tell('escrow.funded', { ...escrow, amountMinor: '4200' });
    await tell('order.placed', placed);
    await tell('refund.succeeded', {
      ...escrow,
      refundId: refundIds.create(),
      amountMinor: '99',
      remainingMinor: '0',
      cause: 'goodwill',
    });
    await tell('label.charged', {
      labelId: 'lbl',
      shipmentId: shipmentIds.create(),
      orderId: order.orderId,
      sellerId: seller,
      amountMinor: '501',
      currency: 'BRL',
      payer: 'SELLER',
    });
    const { data } = await ask(user(owner), read, { s: seller });
    const nodes = (
      data?.['productProfits'] as unknown as {
        nodes: { unitsSold: number; netProceeds: { minorUnits: string } }[];
      }
    ).nodes;
    const net = nodes.reduce((sum, node) => sum + BigInt(node.netProceeds.minorUnits), 0n);
    expect(net).toBe(4200n - 99n - 420n - 1n - 501n);
    expect(nodes.map(({ unitsSold }) => unitsSold).sort()).toEqual([1, 3]);
    expect(data?.['merchantDashboard']).toEqual({
      orders: 1,
      sales: { minorUnits: '4200' },
      net: { minorUnits: net.toString() },
      openTasks: [],
    });
  });

  test.each(Object.entries(strangers))('%s sees no figures', async (_name, viewer) => {
    const { data } = await ask(viewer, read, { s: seller });
    expect(data).toEqual({ productProfits: { nodes: [] }, merchantDashboard: null });
  });

  test('a key of the seller with analytics:read does', async () => {
    const { data } = await ask(keyFor(seller, 'analytics:read'), read, { s: seller });
    expect(data?.['merchantDashboard']).not.toBeNull();
  });
});
