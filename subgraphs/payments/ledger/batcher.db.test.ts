import fc from 'fast-check';
import type { Queries } from '#kernel/db/database';
import { LedgerWorld, POSTED_AT, codeOf } from '../testing/ledger.world';
import { LedgerBatcher } from './batcher';
import type { Leg, Posting } from './ledger.rules';
import { posting, violations } from './ledger.service';

jest.setTimeout(120_000);
const CALLERS = 200;
let world: LedgerWorld;
let clearing: bigint;
beforeAll(async () => {
  world = await LedgerWorld.open();
  clearing = await world.account('PSP_CLEARING');
});
afterAll(() => world.close());

/** The database as the batcher sees it, with what it was asked. */
class Watched implements Pick<Queries, 'first'> {
  calls = 0;
  most = 0;
  private now = 0;
  readonly query = world.db.query.bind(world.db);

  async first<R extends object>(text: string, values?: readonly unknown[]): Promise<R | undefined> {
    this.calls += 1;
    this.now += 1;
    this.most = Math.max(this.most, this.now);
    return world.db.first<R>(text, values).finally(() => (this.now -= 1));
  }
}

let groups = 0;
const group = (...legs: Leg[]): Posting => {
  groups += 1;
  return posting(`batched ${groups}`, 'EUR', POSTED_AT, legs);
};
const leg = (debit: bigint, credit: bigint, amount: bigint): Leg => ({
  code: 'ALLOCATION',
  debit,
  credit,
  amount,
});
const held = async (...accounts: bigint[]): Promise<bigint[]> => {
  const rows = await world.db.query<{ id: bigint; net: bigint }>(
    'select account_id as id, credits_posted - debits_posted as net from ledger_balance where account_id = any ($1)',
    [accounts],
  );
  return accounts.map((id) => rows.find((row) => row.id === id)?.net ?? 0n);
};
const broken = async () =>
  (await violations(world.db)).filter(({ invariant }) => invariant !== 'I13');

test('200 callers of one account share few calls, never more than two at once', async () => {
  const seller = await world.account('SELLER_AVAILABLE');
  const watched = new Watched();
  const batcher = new LedgerBatcher(watched);
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (let n = 0; n < 10; n++) await batcher.post(group(leg(clearing, seller, 3n)));
    }),
  );
  expect(await held(seller)).toEqual([3n * 10n * BigInt(CALLERS)]);
  expect(watched.calls).toBeLessThan(100);
  expect(watched.most).toBe(2);
});

test('of 200 at once only the guilty fail, each with its own answer', async () => {
  const [rich, poor] = [await world.account('TRANCHE'), await world.account('TRANCHE')];
  const seller = await world.account('SELLER_AVAILABLE');
  const taken = group(leg(clearing, rich, 10_000n));
  const batcher = new LedgerBatcher(world.db);
  await batcher.post(taken);
  const answers = await Promise.all(
    Array.from({ length: CALLERS }, (_, n) => {
      if (n === 7) return codeOf(batcher.post(group(leg(poor, seller, 1n))));
      if (n === 90) {
        const other = { ...taken, legs: taken.legs.map((one) => ({ ...one, amount: 1n })) };
        return codeOf(batcher.post(other));
      }
      if (n === 150) return codeOf(batcher.post(group(leg(rich, 10n ** 12n, 1n))));
      return codeOf(batcher.post(group(leg(rich, seller, 5n))));
    }),
  );
  const guilty = answers.flatMap((code, n) => (code === undefined ? [] : [[n, code]]));
  expect(guilty).toEqual([
    [7, '23514'],
    [90, 'TG001'],
    [150, '23503'],
  ]);
  const moved = 5n * BigInt(CALLERS - 3);
  expect(await held(rich, seller)).toEqual([10_000n - moved, moved]);
});

test('the same group from many callers at once is posted once, and all are told so', async () => {
  const tranche = await world.account('TRANCHE');
  const batcher = new LedgerBatcher(world.db, { perCall: 4, inFlight: 2, queue: 100 });
  const same = group(leg(clearing, tranche, 9n));
  await Promise.all(Array.from({ length: 20 }, () => batcher.post(same)));
  expect(await held(tranche)).toEqual([9n]);
});

test('when too many wait the next is refused as busy, and what was accepted is kept', async () => {
  const tranche = await world.account('TRANCHE');
  const batcher = new LedgerBatcher(world.db, { perCall: 2, inFlight: 1, queue: 3 });
  const all = Array.from({ length: 10 }, () =>
    codeOf(batcher.post(group(leg(clearing, tranche, 1n)))),
  );
  const answers = await Promise.all(all);
  expect(answers.filter((code) => code === 'SERVICE_BUSY')).toHaveLength(6);
  expect(answers.filter((code) => code === undefined)).toHaveLength(4);
  expect(await held(tranche)).toEqual([4n]);
});

test('random postings by many callers: what succeeded is what moved, and no limit breaks', async () => {
  const one = fc.record({
    from: fc.nat({ max: 3 }),
    to: fc.nat({ max: 3 }),
    amount: fc.bigInt(1n, 40n),
  });
  const limits = fc.record({
    perCall: fc.integer({ min: 1, max: 16 }),
    inFlight: fc.integer({ min: 1, max: 3 }),
    queue: fc.constant(1_000),
  });
  const property = fc.asyncProperty(fc.array(one, { maxLength: 60 }), limits, async (all, how) => {
    const accounts = [clearing, ...(await world.accounts('TRANCHE', 3))];
    const net = accounts.map(() => 0n);
    const batcher = new LedgerBatcher(world.db, how);
    await Promise.all(
      all
        .filter(({ from, to }) => from !== to)
        .map(async ({ from, to, amount }) => {
          const what = group(leg(accounts[from] ?? 0n, accounts[to] ?? 0n, amount));
          const code = await codeOf(batcher.post(what));
          expect([undefined, '23514']).toContain(code);
          if (code !== undefined) return;
          net[from] = (net[from] ?? 0n) - amount;
          net[to] = (net[to] ?? 0n) + amount;
        }),
    );
    const tranches = accounts.slice(1);
    expect(await held(...tranches)).toEqual(net.slice(1));
    expect(net.slice(1).every((amount) => amount >= 0n)).toBe(true);
  });
  await fc.assert(property, { numRuns: 100 });
  expect(await broken()).toEqual([]);
});
