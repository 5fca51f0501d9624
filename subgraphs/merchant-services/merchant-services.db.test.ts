import { accountIds, sellerIds } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import { DAY, HOUR } from '#kernel/clock/clock';
import { fireDueTimers } from '#kernel/events/timers';
import { hashOf } from './api-keys/api-key.service';
import {
  PROFILE,
  anonymous,
  SUBMIT,
  ask,
  clock,
  gateway,
  keyFor,
  open,
  owner,
  seller,
  startWithSeller,
  stop,
  strangers,
  subgraph,
  user,
} from './testing/merchant.fixture';

let merchantId: string;
beforeAll(async () => {
  merchantId = await startWithSeller();
});
afterAll(() => stop());

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
    const payload = result.data?.['merchantSubmit'] as {
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
    while ((await fireDueTimers(subgraph.db, subgraph.timers)) > 0);
    expect((await ask(anonymous, read, { id })).data).toMatchObject({
      merchant: {
        verification: { state: 'RECERTIFY_DUE', gates: [{ open: true }, { open: true }] },
      },
    });
    clock.advance(30 * DAY);
    while ((await fireDueTimers(subgraph.db, subgraph.timers)) > 0);
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
    const first = (await ask(user(owner), create, input('k1'))).data?.['apiKeyCreate'] as Made;
    const again = (await ask(user(owner), create, input('k1'))).data?.['apiKeyCreate'] as Made;
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
    const payloads = made.map(({ data }) => data?.['apiKeyCreate'] as Made);
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
      const payload = (await ask(user(owner), create, variables)).data?.['apiKeyCreate'] as {
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

  test('an owner may lower a key’s cost budget; only an operator gives more than every caller has', async () => {
    const withBudget = (idempotencyKey: string, costBudget: number) => ({
      input: { ...input(idempotencyKey).input, costBudget },
    });
    const made = (await ask(user(owner), create, withBudget('b1', 500))).data?.[
      'apiKeyCreate'
    ] as Made;
    const more = await ask(user(owner), create, withBudget('b2', 2_001));
    expect(more.data?.['apiKeyCreate']).toMatchObject({
      apiKey: null,
      userErrors: [{ code: 'COST_BUDGET_INVALID', field: ['costBudget'] }],
    });
    const set = async (viewer: Viewer, costBudget: number | null) =>
      (
        await ask(
          viewer,
          `mutation ($input: ApiKeyCostBudgetSetInput!) { apiKeyCostBudgetSet(input: $input) {
            apiKey { costBudget } userErrors { code } } }`,
          { input: { keyId: made.apiKey.id, costBudget } },
        )
      ).data?.['apiKeyCostBudgetSet'] as { userErrors: { code: string }[] } | null;
    const codeOf = async (viewer: Viewer, costBudget: number | null) =>
      (await set(viewer, costBudget))?.userErrors.map(({ code }) => code);
    const known = async () =>
      (
        await ask(gateway, 'query ($hash: String!) { apiKeyCaller(hash: $hash) { costBudget } }', {
          hash: hashOf(made.secret),
        })
      ).data?.['apiKeyCaller'];
    expect(await known()).toEqual({ costBudget: 500 });
    const operator = user(accountIds.create(), ['OPERATOR']);
    expect(await codeOf(operator, 50_000)).toEqual([]);
    expect(await known()).toEqual({ costBudget: 50_000 });
    expect(await codeOf(user(owner), 2_001)).toEqual(['COST_BUDGET_INVALID']);
    expect(await codeOf(operator, 1_000_001)).toEqual(['COST_BUDGET_INVALID']);
    expect(await codeOf(user(accountIds.create()), 10)).toEqual(['API_KEY_NOT_FOUND']);
    expect(await codeOf(keyFor(seller, 'orders:read'), 10)).toEqual(['API_KEY_NOT_FOUND']);
    expect(await known()).toEqual({ costBudget: 50_000 });
    expect(await codeOf(user(owner), null)).toEqual([]);
    expect(await known()).toEqual({ costBudget: null });
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
    const old = (await ask(user(owner), create, input('k5'))).data?.['apiKeyCreate'] as Made;
    const rotate = `mutation ($id: ID!) { apiKeyRotate(input: { keyId: $id, idempotencyKey: "r1" }) {
      apiKey { id } secret userErrors { code } } }`;
    const fresh = (await ask(user(owner), rotate, { id: old.apiKey.id })).data?.[
      'apiKeyRotate'
    ] as Made;
    const works = async (secret: string) =>
      (await ask(gateway, caller, { hash: hashOf(secret) })).data?.['apiKeyCaller'] != null;
    expect([await works(old.secret), await works(fresh.secret)]).toEqual([true, true]);
    clock.advance(24 * HOUR);
    while ((await fireDueTimers(subgraph.db, subgraph.timers)) > 0);
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
