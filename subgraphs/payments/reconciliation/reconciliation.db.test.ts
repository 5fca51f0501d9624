import type { Viewer } from '#kernel/auth/viewer';
import { until } from '#kernel/testing/until';
import { type Answer, anonymous, apiKey, user } from '../testing/acts';
import { chargebackOf, reaches } from '../testing/complaints';
import { readBooks } from '../testing/psp.settling';
import { World } from '../testing/world';

jest.setTimeout(90_000);
const operator = user('acc_00000000000000000000000021', ['OPERATOR']);
const second = user('acc_00000000000000000000000022', ['OPERATOR']);
const auditor = user('acc_00000000000000000000000023', ['AUDITOR']);
const DAY_MS = 86_400_000;

const PERIOD = {
  from: new Date(Date.now() - 20 * DAY_MS).toISOString(),
  to: new Date(Date.now() + DAY_MS).toISOString(),
};

interface Settled {
  settlements: { bankMinor: string; bankReference: string }[];
}
interface Shown {
  id: string;
  side: string;
  outcome: string;
  state: string;
}

describe.each(['generic', 'stripe'] as const)('%s', (dialect) => {
  let world: World;
  let runs = 0;
  beforeAll(async () => {
    world = await World.open(dialect);
    await world.psp.post('/sim/fees', { basisPoints: 200, fixedMinor: '10' });
  }, 60_000);
  afterAll(() => world.close());
  afterEach(async () => {
    await world.settled();
    expect(await world.violations()).toEqual([]);
  });

  const mutate = async (
    viewer: Viewer,
    name: string,
    input: object,
    fields: string,
  ): Promise<Answer> => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await world.call(
      viewer,
      `mutation ($input: ${type}!) { ${name}(input: $input) {
         ${fields} userErrors { code message field retryable } } }`,
      { input },
    );
    const codes = (errors ?? []).map(({ extensions }) => String(extensions?.['code']));
    const answer = data?.[name] as Answer | null | undefined;
    return answer ?? { userErrors: codes.map((code) => ({ code, field: null, retryable: false })) };
  };
  const run = (viewer: Viewer, bankStatement = '', key = `run ${(runs += 1)}`): Promise<Answer> => {
    const input = { ...PERIOD, bankStatement, idempotencyKey: key };
    const fields = 'reconciliationRun { id lines matched open }';
    return mutate(viewer, 'reconciliationRun', input, fields);
  };
  const resolve = (viewer: Viewer, itemId: string, reason = 'the PSP corrected it') => {
    const input = { itemId, reason, idempotencyKey: `resolve ${(runs += 1)}` };
    return mutate(viewer, 'reconciliationItemResolve', input, 'reconciliationItem { id state }');
  };
  const ITEMS = `query ($state: ReconciliationItemState) {
    reconciliationItems(state: $state, first: 100) { nodes { id side outcome state } }
  }`;
  const items = async (viewer: Viewer, state: string | null = 'OPEN'): Promise<Shown[] | null> => {
    const { data } = await world.call(viewer, ITEMS, { state });
    return (data?.['reconciliationItems'] as { nodes: Shown[] } | null)?.nodes ?? null;
  };
  const open = async (): Promise<string[]> =>
    ((await items(operator)) ?? []).map(({ side, outcome }) => `${side} ${outcome}`).sort();

  test('everything matches: fees are booked, what arrived is at the bank, books are equal', async () => {
    const groups = [1_000n, 2_000n, 3_000n].map((total) => world.group([total]));
    for (const group of groups) await world.pay(group);
    const [first] = groups;
    if (first === undefined) throw new Error('no group');
    await world.partyFact('order.cancelled', first);
    const orderId = first.orders[0]?.orderId ?? '';
    await until(
      async () => (await world.told(orderId)).includes('refund.succeeded'),
      'the refund',
      30_000,
    );
    await world.pay(world.group([900n]), { token: 'tok_decline_generic' });
    const { settlements } = (await world.psp.post('/sim/settlements', {
      toBank: true,
    })) as Settled;
    const [sent] = settlements;
    const statement = `id,date,reference,currency,amountMinor\nbank-1,${new Date().toISOString()},${sent?.bankReference},EUR,${sent?.bankMinor}`;
    const answer = await run(operator, statement, 'first');
    expect(answer).toMatchObject({ reconciliationRun: { lines: 5, matched: 5, open: 0 } });
    expect(await run(operator, statement, 'first')).toEqual(answer);
    await run(operator, statement);
    const net = async (kind: number): Promise<string | undefined> =>
      (
        await world.db.query<{ net: string }>(
          'select (dp - cp)::text as net from ledger_total where kind = $1',
          [kind],
        )
      )[0]?.net;
    // 2 % and 10 of each of three captures; the rest of 6000 − 1000 went to the bank.
    expect(await net(21)).toBe('150');
    expect(await net(20)).toBe('4850');
    expect(await net(1)).toBe('0');
    expect(await readBooks(world)).toBe(true);
    expect(await world.violations()).toEqual([]);
    // What is read once is not compared with what the reports below make up.
    await world.break('delete from "pspBook"');
    const [told] = await world.db.query<{ n: bigint }>(
      `select count(*) as n from outbox where type = 'reconciliation.completed'`,
    );
    expect(told?.n).toBe(2n);
  });

  test('a dispute matches with its fee and its end; one whose webhook was lost is opened by the report', async () => {
    const group = world.group([7_000n]);
    await world.pay(group);
    await world.break(`
      create function deaf() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger deaf before insert on "pspEvent" for each row execute function deaf()`);
    const [tender] = await world.db.query<{ id: string }>(
      'select "pspPaymentId" as id from tender order by tender.id desc limit 1',
    );
    const complaint = { paymentId: tender?.id, reason: 'general', outcome: 'won' };
    const { id = '' } = (await world.psp.post('/sim/disputes', complaint)) as { id?: string };
    await world.psp.post('/sim/settlements', {});
    await world.break('drop trigger deaf on "pspEvent"; drop function deaf');
    expect(await chargebackOf(world, id)).toBeUndefined();
    await run(operator);
    const seen = await chargebackOf(world, id);
    expect(seen?.state).toBe('OPENED');
    expect(await open()).toEqual([]);
    await world.chargebackAnswer(operator, seen?.id ?? '', 'answer');
    await reaches(world, seen?.id ?? '', 'UNDER_REVIEW');
    await world.psp.post('/sim/advance', { seconds: 2 });
    await reaches(world, seen?.id ?? '', 'WON');
    await world.psp.post('/sim/settlements', { toBank: false });
    await run(operator);
    expect(await open()).toEqual([]);
    expect(await readBooks(world)).toBe(true);
    expect(await world.violations()).toEqual([]);
    await world.break('delete from "pspBook"');
  });

  test('every error that is planted is found and named', async () => {
    for (const total of [5_001n, 5_002n, 5_003n, 5_004n, 5_005n]) {
      await world.pay(world.group([total]));
    }
    const plant = ['omit', 'duplicate', 'amount', 'foreign'].map((kind, at) => ({
      kind,
      line: at,
    }));
    await world.psp.post('/sim/settlements', { toBank: true, plant });
    const old = new Date(Date.now() - 10 * DAY_MS).toISOString();
    const statement = JSON.stringify([
      { id: 'odd', date: old, reference: 'RENT', currency: 'EUR', amountMinor: 77 },
    ]);
    await run(operator, statement);
    expect(await open()).toEqual([
      'BANK MISSING_PSP',
      'BANK TIMING', // the transfer has not arrived
      'PSP AMOUNT_DIFF',
      'PSP DUPLICATE',
      'PSP MISSING_INTERNAL',
      'PSP TIMING', // what was left out may come in the next report
    ]);
    world.clock.advance(6 * DAY_MS);
    await run(operator);
    expect(await open()).toEqual([
      'BANK MISSING_INTERNAL',
      'BANK MISSING_PSP',
      'PSP AMOUNT_DIFF',
      'PSP DUPLICATE',
      'PSP MISSING_INTERNAL',
      'PSP MISSING_PSP',
    ]);
    world.clock.advance(-6 * DAY_MS);
  });

  test('two people resolve; the difference is written off and the books stay sound', async () => {
    for (const { id } of (await items(operator)) ?? []) {
      expect(await resolve(operator, id)).toMatchObject({
        reconciliationItem: { state: 'PROPOSED' },
      });
      expect((await resolve(operator, id)).userErrors[0]?.code).toBe('APPROVAL_REQUIRED');
      expect(await resolve(second, id)).toMatchObject({
        reconciliationItem: { state: 'RESOLVED' },
      });
      expect((await resolve(second, id)).userErrors[0]?.code).toBe('ITEM_NOT_OPEN');
    }
    await run(operator);
    expect(await items(operator)).toEqual([]);
    await expect(
      world.db.query(`update "reconciliationItem" set "resolvedBy" = "proposedBy"
        where state = 'RESOLVED'`),
    ).rejects.toThrow('reconciliation_four_eyes');
  });

  test('strangers, buyers, sellers and keys neither see nor do it; auditors only see', async () => {
    const nobody: Viewer[] = [
      anonymous,
      user('acc_00000000000000000000000024'),
      apiKey(['sel_00000000000000000000000001'], ['*']),
    ];
    const [any] = (await items(operator, null)) ?? [];
    for (const viewer of [...nobody, auditor]) {
      const refused = /^(FORBIDDEN|UNAUTHENTICATED)$/;
      expect((await run(viewer)).userErrors[0]?.code).toMatch(refused);
      expect((await resolve(viewer, any?.id ?? '')).userErrors[0]?.code).toMatch(refused);
    }
    const RUNS = '{ reconciliationRuns(first: 1) { nodes { id } } }';
    for (const viewer of nobody) {
      expect(await items(viewer, null)).toBeNull();
      expect((await world.call(viewer, RUNS)).data).toEqual({ reconciliationRuns: null });
    }
    expect((await items(auditor, null))?.length).toBeGreaterThan(5);
    expect((await world.call(auditor, RUNS)).data).toMatchObject({
      reconciliationRuns: { nodes: [{}] },
    });
  });

  test('bad input and a PSP that does not answer', async () => {
    expect((await run(operator, 'nonsense')).userErrors[0]?.code).toBe('STATEMENT_INVALID');
    const input = {
      from: '2026-01-02T00:00:00Z',
      to: '2026-01-01T00:00:00Z',
      idempotencyKey: 'backwards',
    };
    const backwards = await mutate(
      operator,
      'reconciliationRun',
      input,
      'reconciliationRun { id }',
    );
    expect(backwards.userErrors[0]?.code).toBe('PERIOD_INVALID');
    const [item] = (await items(operator, null)) ?? [];
    expect((await resolve(operator, item?.id ?? '', ' ')).userErrors[0]?.code).toBe(
      'REASON_INVALID',
    );
    await world.psp.faults({ match: 'GET /*', kind: 'status', status: 500 });
    const unanswered = await run(operator);
    await world.psp.faults();
    expect(unanswered.userErrors[0]).toMatchObject({ code: 'PSP_UNAVAILABLE', retryable: true });
  });
});
