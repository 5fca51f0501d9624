import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Database } from '#kernel/db/database';
import { openTestDatabase, run } from '#kernel/testing/database';
import {
  AccountKind,
  type AccountKindName,
  type Leg,
  PLATFORM,
  TransferCode,
} from './ledger.rules';
import { openAccounts, post, posting, violations } from './ledger.service';

let db: Database;
let url: string;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ db, url, close } = await openTestDatabase('payments'));
});
afterAll(() => close());

const open = (kind: AccountKindName, owner = randomUUID()): Promise<bigint> =>
  openAccounts(db, [{ kind, owner, currency: 'EUR' }]).then(([id = 0n]) => id);
const at = new Date('2026-01-01T00:00:00Z');
const codeOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (error as { code?: string }).code,
  );

/** I13 is about lines that services write; here the ledger is driven alone. */
const broken = async () => (await violations(db)).filter(({ invariant }) => invariant !== 'I13');

test('opening the same account twice gives the same account', async () => {
  const owner = randomUUID();
  const specs = [
    { kind: 'TRANCHE', owner, currency: 'EUR' },
    { kind: 'FEE_REVENUE', owner: PLATFORM, currency: 'EUR' },
  ] as const;
  const [first, again] = await Promise.all([openAccounts(db, specs), openAccounts(db, specs)]);
  expect(again).toEqual(first);
});

test('the same posting again has no effect; other values under its name are refused', async () => {
  const [clearing, tranche] = [await open('PSP_CLEARING'), await open('TRANCHE')];
  const leg: Leg = { code: 'FUNDING', debit: clearing, credit: tranche, amount: 10n };
  expect(await post(db, posting('p1', 'EUR', at, [leg]))).toBe(1);
  expect(await post(db, posting('p1', 'EUR', at, [leg]))).toBe(0);
  const other = posting('p1', 'EUR', at, [{ ...leg, amount: 11n }]);
  expect(await codeOf(post(db, other))).toBe('TG001');
});

test('a pending transfer is resolved once', async () => {
  const [clearing, seller, transit] = [
    await open('PSP_CLEARING'),
    await open('SELLER_AVAILABLE'),
    await open('PAYOUT_IN_TRANSIT'),
  ];
  const fund: Leg = { code: 'FUNDING', debit: clearing, credit: seller, amount: 10n };
  await post(db, posting('q1', 'EUR', at, [fund]));
  const base = { code: 'PAYOUT', debit: seller, credit: transit, amount: 10n } as const;
  const reserved = posting('q2', 'EUR', at, [{ ...base, kind: 'PENDING' }]);
  await post(db, reserved);
  expect(await codeOf(post(db, posting('q3', 'EUR', at, [{ ...base, amount: 1n }])))).toBe('23514');
  const pending = reserved.legs[0]?.id ?? '';
  await post(db, posting('q4', 'EUR', at, [{ ...base, kind: 'VOID', pending }]));
  const twice = posting('q5', 'EUR', at, [{ ...base, kind: 'POST', pending }]);
  expect(await codeOf(post(db, twice))).toBe('23505');
});

test('the application cannot write the ledger past its functions, and nobody can change it', async () => {
  const sql = [
    `update ledger_balance set credits_posted = 1`,
    `insert into ledger_account (kind, owner_id, currency, guard) values (2, gen_random_uuid(), 'EUR', 1)`,
    `delete from ledger_transfer`,
  ];
  for (const one of sql) expect(await codeOf(db.query(one))).toBe('42501');
  const asSuperuser = run(url, 'update payments.ledger_transfer set amount = amount + 1');
  expect(await codeOf(asSuperuser)).toBe('TG000');
  expect(await codeOf(run(url, 'truncate payments.ledger_transfer cascade'))).toBe('TG000');
});

test('random postings against a model: same answers, same balances, nothing violated', async () => {
  const kinds: AccountKindName[] = ['PSP_CLEARING', 'TRANCHE', 'SELLER_AVAILABLE', 'REFUND_DUE'];
  const accounts = await Promise.all(kinds.map((kind) => open(kind)));
  const balance = accounts.map(() => 0n);
  const leg = fc.record({
    from: fc.nat({ max: 3 }),
    to: fc.nat({ max: 3 }),
    amount: fc.bigInt(1n, 50n),
  });
  const group = fc.array(leg, { minLength: 1, maxLength: 4 });
  for (const [n, rows] of fc.sample(group, 300).entries()) {
    const legs = rows
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, amount }): Leg => ({
        code: 'ALLOCATION',
        debit: accounts[from] ?? 0n,
        credit: accounts[to] ?? 0n,
        amount,
      }));
    const next = [...balance];
    for (const { debit, credit, amount } of legs) {
      const [d, c] = [accounts.indexOf(debit), accounts.indexOf(credit)];
      next[d] = (next[d] ?? 0n) - amount;
      next[c] = (next[c] ?? 0n) + amount;
    }
    const allowed = next.slice(1).every((value) => value >= 0n);
    const code = await codeOf(post(db, posting(`model ${n}`, 'EUR', at, legs)));
    expect(code).toBe(allowed ? undefined : '23514');
    if (allowed) balance.splice(0, balance.length, ...next);
  }
  const rows = await db.query<{ id: bigint; net: string }>(
    `select account_id as id, (cp - dp)::text as net from ledger_total where account_id = any ($1)`,
    [accounts],
  );
  const net = new Map(rows.map(({ id, net: value }) => [id, BigInt(value)]));
  expect(accounts.map((id) => net.get(id))).toEqual(balance);
  expect(await broken()).toEqual([]);
});

test('16 writers with many legs over 10 accounts: no deadlock, no violation', async () => {
  const clearing = await open('PSP_CLEARING');
  const tranches = await Promise.all(Array.from({ length: 10 }, () => open('TRANCHE')));
  const fill = tranches.map((credit): Leg => ({
    code: 'FUNDING',
    debit: clearing,
    credit,
    amount: 1_000n,
  }));
  await post(db, posting('fill', 'EUR', at, fill));
  const codes = await Promise.all(
    Array.from({ length: 16 }, async (_, writer) => {
      const failed: (string | undefined)[] = [];
      for (let i = 0; i < 10; i++) {
        const order = writer % 2 === 0 ? tranches : [...tranches].reverse();
        const legs = order.slice(1).map((credit, at2): Leg => ({
          code: 'ALLOCATION',
          debit: order[at2] ?? 0n,
          credit,
          amount: 1n,
        }));
        failed.push(await codeOf(post(db, posting(`w${writer} ${i}`, 'EUR', at, legs))));
      }
      return failed;
    }),
  );
  expect(codes.flat().filter((code) => code !== undefined)).toEqual([]);
  expect(await broken()).toEqual([]);
});

test.each([
  ['accounts', AccountKind],
  ['transfers', TransferCode],
])('kinds of %s have numbers of their own', (_what, kinds) => {
  const numbers = Object.values(kinds);
  expect(new Set(numbers).size).toBe(numbers.length);
});
