import { randomUUID } from 'node:crypto';
import type { Database } from '#kernel/db/database';
import type { PageRequest } from '#kernel/graphql/page';
import { LedgerWorld } from '../testing/ledger.world';
import { type ListedTransfer, LedgerListService, type TransferFilter } from './ledger-list.service';
import { AccountKind } from './ledger.rules';

jest.setTimeout(120_000);
const MANY = 30_000;
const OWNER = randomUUID();
const ALL: TransferFilter = { accountKind: null, owner: null, subject: null, from: null, to: null };
let world: LedgerWorld;

/** Goodwill now and then, much later orders only, and goodwill once more. */
beforeAll(async () => {
  world = await LedgerWorld.open();
  const clearing = await world.account('PSP_CLEARING');
  const tranches = await world.accounts('TRANCHE', 20);
  const goodwill = await world.account('GOODWILL_EXPENSE');
  const credit = await world.account('BUYER_CREDIT');
  const mine = await world.account('BUYER_CREDIT', 'EUR', OWNER);
  const give = (amount: bigint) =>
    world.post({ code: 'GOODWILL', debit: goodwill, credit, amount });
  for (let n = 1n; n <= 7n; n += 1n) await give(n);
  // both of its accounts are of one kind
  await world.post({ code: 'ADJUSTED', debit: credit, credit: mine, amount: 2n });
  await world.tamper(`
    insert into ledger_transfer (id, group_id, kind, debit, credit, currency, amount, code, event_at)
    select gen_random_uuid(), gen_random_uuid(), 1, ${String(clearing)}, ${String(tranches[0])} + n % 20,
      'EUR', 1, 10, '2026-01-01' from generate_series(1, ${String(MANY)}) n`);
  await give(9n);
  await world.tamper('analyze ledger_transfer; analyze ledger_account');
}, 60_000);
afterAll(() => world.close());

const placeOf = ({ epoch, xid, seq }: ListedTransfer) => [String(epoch), xid, seq.toString()];

/** Pages through a list to its end. */
async function paged(filter: TransferFilter, page: Omit<PageRequest, 'from'>): Promise<string[]> {
  const ids: string[] = [];
  for (let from: PageRequest['from']; ;) {
    const rows = await new LedgerListService(world.db).transfers(filter, { ...page, from });
    const shown = rows.slice(0, page.size);
    ids.push(...shown.map(({ id }) => id));
    const last = shown.at(-1);
    if (rows.length <= page.size || last === undefined) return ids;
    from = placeOf(last);
  }
}

/** The same by looking at everything, newest first. */
const truly = async ({ accountKind, owner }: TransferFilter): Promise<string[]> =>
  (
    await world.db.query<{ id: string }>(
      `select t.id from ledger_transfer t join ledger_account d on d.id = t.debit
         join ledger_account c on c.id = t.credit
       where ($1::smallint is null or $1 in (d.kind, c.kind))
         and ($2::uuid is null or $2 in (d.owner_id, c.owner_id))
       order by t.epoch desc, t.xid desc, t.seq desc`,
      [accountKind, owner],
    )
  ).map(({ id }) => id);

test.each([
  ['a rare kind', { accountKind: AccountKind.GOODWILL_EXPENSE }, 8],
  ['a kind that moves money within itself', { accountKind: AccountKind.BUYER_CREDIT }, 9],
  ['a kind that nothing is of', { accountKind: AccountKind.ADS_REVENUE }, 0],
  ['an owner', { owner: OWNER }, 1],
  ['a kind of an owner', { owner: OWNER, accountKind: AccountKind.BUYER_CREDIT }, 1],
  ['another kind of an owner', { owner: OWNER, accountKind: AccountKind.TRANCHE }, 0],
])('%s is listed whole, in the order of the ledger, both ways', async (_name, part, count) => {
  const filter = { ...ALL, ...part };
  const all = await truly(filter);
  expect(all).toHaveLength(count);
  expect(await paged(filter, { size: 3, backward: false })).toEqual(all);
  expect(await paged(filter, { size: 3, backward: true })).toEqual(all.toReversed());
});

test('a common kind is listed by the page', async () => {
  const filter = { ...ALL, accountKind: AccountKind.TRANCHE };
  const list = new LedgerListService(world.db);
  const first = await list.transfers(filter, { size: 3, backward: false, from: undefined });
  const page = { size: 3, backward: false, from: placeOf(first[2] as ListedTransfer) };
  const next = await list.transfers(filter, page);
  expect([...first.slice(0, 3), ...next].map(({ id }) => id)).toEqual(
    (await truly(filter)).slice(0, 7),
  );
});

test.each([
  ['accountKind', { accountKind: AccountKind.GOODWILL_EXPENSE }, 6_000],
  ['accountKind of nothing', { accountKind: AccountKind.ADS_REVENUE }, 6_000],
  ['accountKind of nearly all', { accountKind: AccountKind.TRANCHE }, 60],
  ['ownerId', { owner: OWNER }, 60],
])('a page by %s looks at few transfers', async (_name, part, most) => {
  const page = { size: 20, backward: false, from: undefined };
  expect(await lookedAt({ ...ALL, ...part }, page)).toBeLessThanOrEqual(most);
});

interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows of the ledger that a plan came across. */
const rowsOf = (plan: Plan): number =>
  (plan['Relation Name'] === 'ledger_transfer'
    ? plan['Actual Loops'] * (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0))
    : 0) + (plan.Plans ?? []).reduce((sum, inner) => sum + rowsOf(inner), 0);

/** How many transfers all statements of a page look at. */
async function lookedAt(filter: TransferFilter, page: PageRequest): Promise<number> {
  const { db } = world;
  const explaining = Object.create(db) as Database;
  let rows = 0;
  explaining.query = async (text: string, values?: readonly unknown[]) => {
    const explained = await db.query<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(
      `explain (analyze, format json) ${text}`,
      values,
    );
    for (const { Plan: plan } of explained[0]?.['QUERY PLAN'] ?? []) rows += rowsOf(plan);
    return db.query(text, values);
  };
  await new LedgerListService(explaining).transfers(filter, page);
  return rows;
}
