import { systemViewer } from '#kernel/auth/viewer';
import { until } from '#kernel/testing/until';
import { LedgerWorld, POSTED_AT } from '../testing/ledger.world';
import { deferredBalances, rollUp } from './ledger-record.service';
import { post, posting } from './ledger.service';

jest.setTimeout(120_000);
const WRITERS = 30;
const EACH = 20;
let world: LedgerWorld;
beforeAll(async () => {
  world = await LedgerWorld.open(WRITERS + 4);
});
afterAll(() => world.close());

const SINCE = `select seq::text as seq, amount from ledger_transfer
  where debit = $1 and seq > $2::bigint order by seq`;

/** Reads as one must not: all that is behind the last sequence number seen. */
class NaiveReader {
  private last = '0';
  sum = 0n;

  async read(account: bigint): Promise<void> {
    const rows = await world.db.query<{ seq: string; amount: bigint }>(SINCE, [account, this.last]);
    for (const { seq, amount } of rows) {
      this.sum += amount;
      this.last = seq;
    }
  }
}

/** Posts and commits only after a while, so that rows become visible in another order than they were numbered in. */
async function write(clearing: bigint, tranche: bigint, writer: number): Promise<void> {
  for (let n = 0; n < EACH; n++) {
    const legs = [{ code: 'FUNDING', debit: clearing, credit: tranche, amount: 7n }] as const;
    await world.db.transaction(systemViewer('test'), async (tx) => {
      await post(tx, posting(`w${writer} ${n}`, 'EUR', POSTED_AT, legs));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
    });
  }
}

test('rolled up under 30 writers, the balance is the full sum; a reader by sequence alone loses', async () => {
  const clearing = await world.account('PSP_CLEARING');
  const tranches = await world.accounts('TRANCHE', WRITERS);
  const naive = new NaiveReader();
  let writing = true as boolean;
  let rolled = 0;
  let seen = 0n;
  const readers = (async () => {
    while (writing) {
      rolled += await rollUp(world.db);
      await naive.read(clearing);
      const balance = (await deferredBalances(world.db, [clearing])).get(clearing)?.debits ?? 0n;
      expect(balance).toBeGreaterThanOrEqual(seen);
      seen = balance;
    }
  })();
  await Promise.all(tranches.map((tranche, writer) => write(clearing, tranche, writer)));
  writing = false;
  await readers;
  await naive.read(clearing);
  const all = 7n * BigInt(WRITERS * EACH);
  const balances = await deferredBalances(world.db, [clearing, ...tranches]);
  expect(rolled).toBeGreaterThan(0);
  expect([...balances]).toEqual([[clearing, { debits: all, credits: 0n }]]);
  expect(naive.sum).toBeLessThan(all);
  await until(async () => {
    await rollUp(world.db);
    const [row] = await world.db.query<{ debits: bigint }>(
      'select debits from ledger_snapshot where account_id = $1',
      [clearing],
    );
    return row?.debits === all;
  }, 'the snapshot to hold all of it');
});

test('a pending transfer counts only when it is posted, and an account of later starts at zero', async () => {
  const [seller, transit] = [
    await world.account('SELLER_AVAILABLE'),
    await world.account('PAYOUT_IN_TRANSIT'),
  ];
  const clearing = await world.account('PSP_CLEARING');
  await world.post({ code: 'FUNDING', debit: clearing, credit: seller, amount: 10n });
  const leg = { code: 'PAYOUT', debit: seller, credit: transit, amount: 10n } as const;
  const reserved = posting('reserved', 'EUR', POSTED_AT, [{ ...leg, kind: 'PENDING' }]);
  await post(world.db, reserved);
  const credits = async () => (await deferredBalances(world.db, [transit])).get(transit)?.credits;
  expect(await credits()).toBe(0n);
  await rollUp(world.db);
  expect(await credits()).toBe(0n);
  await world.post({ ...leg, amount: 4n, kind: 'POST', pending: reserved.legs[0]?.id ?? '' });
  expect(await credits()).toBe(4n);
});
