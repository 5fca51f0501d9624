import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { LedgerModel } from '../testing/ledger.model';
import { LedgerWorld, POSTED_AT } from '../testing/ledger.world';
import type { AccountKindName, Leg, Posting } from './ledger.rules';
import { legId, openAccounts, post, posting, violations } from './ledger.service';

/** `npm run soak:money` plays many more. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 1_000);
jest.setTimeout(120 * RUNS);
/** Sequences under way at the same time: each has accounts of its own. */
const LANES = 4;
let world: LedgerWorld;
beforeAll(async () => {
  world = await LedgerWorld.open();
});
afterAll(() => world.close());

const place = fc.nat({ max: 4 });
const amount = fc.oneof(fc.bigInt(1n, 60n), fc.constant(10_000n));
const legs = fc.array(fc.record({ from: place, to: place, amount, pending: fc.boolean() }), {
  minLength: 1,
  maxLength: 3,
});
const command = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fund' as const), to: place, amount }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('post' as const), legs }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('resolve' as const),
      which: fc.nat(),
      how: fc.constantFrom('POST', 'VOID', 'PART', 'MORE', 'TWICE', 'NOTHING'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('again' as const),
      which: fc.nat(),
      how: fc.constantFrom('SAME', 'OTHER', 'SHORTER', 'LONGER'),
    }),
  },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

const KINDS: AccountKindName[] = [
  'PSP_CLEARING',
  'PAYOUT_IN_TRANSIT',
  'TRANCHE',
  'BUYER_CREDIT',
  'REFUND_DUE',
];

/** The group that a command stands for; undefined when there is nothing it could be about. */
function groupOf(said: Command, cause: string, accounts: readonly bigint[], model: LedgerModel) {
  const at = (n: number): bigint => accounts[n] ?? 0n;
  const group = (...all: Leg[]): Posting | undefined =>
    all.length === 0 ? undefined : posting(cause, 'EUR', POSTED_AT, all);
  switch (said.do) {
    case 'fund':
      if (said.to === 0) return undefined;
      return group({ code: 'FUNDING', debit: at(0), credit: at(said.to), amount: said.amount });
    case 'post':
      return group(
        ...said.legs
          .filter(({ from, to }) => from !== to)
          .map(({ from, to, amount: moved, pending }): Leg => ({
            code: 'ALLOCATION',
            debit: at(from),
            credit: at(to),
            amount: moved,
            ...(pending && { kind: 'PENDING' }),
          })),
      );
    case 'resolve': {
      const target = model.pending[said.which % Math.max(1, model.pending.length)];
      return target && group(...resolutions(target, said.how));
    }
    case 'again': {
      const before = model.taken[said.which % Math.max(1, model.taken.length)];
      return before && altered(before, said.how);
    }
  }
}

function resolutions(target: Posting['legs'][number], how: string): Leg[] {
  const { id, kind: _kind, ...base } = target;
  const done: Leg = { ...base, kind: how === 'VOID' ? 'VOID' : 'POST', pending: id };
  switch (how) {
    case 'PART':
      return [{ ...done, amount: (target.amount + 1n) / 2n }];
    case 'MORE':
      return [{ ...done, amount: target.amount + 1n }];
    case 'TWICE':
      return [done, { ...done, kind: 'VOID' }];
    case 'NOTHING':
      return [{ ...done, pending: randomUUID() }];
    default:
      return [done];
  }
}

/** A group that was taken, said again: alike, with another amount, without its last leg or with one more. */
function altered(before: Posting, how: string): Posting | undefined {
  const [first, ...rest] = before.legs;
  if (first === undefined) return undefined;
  switch (how) {
    case 'OTHER':
      return { ...before, legs: [{ ...first, amount: first.amount + 1n }, ...rest] };
    case 'SHORTER':
      return rest.length === 0 ? undefined : { ...before, legs: before.legs.slice(0, -1) };
    case 'LONGER': {
      const { pending: _pending, kind: _kind, ...plain } = first;
      const id = legId(before.group, before.legs.length);
      return { ...before, legs: [...before.legs, { ...plain, id, amount: 1n }] };
    }
    default:
      return before;
  }
}

const BALANCES = `
  select account_id as id, debits_posted as debits, credits_posted as credits,
    debits_pending as "debitsPending", credits_pending as "creditsPending"
  from ledger_balance where account_id = any ($1)`;

const spare: bigint[] = [];

/** Accounts that nobody used, one of each kind; opened many at a time. */
async function freshAccounts(): Promise<bigint[]> {
  if (spare.length < KINDS.length) {
    const specs = Array.from({ length: 100 }, () => randomUUID()).flatMap((owner) =>
      KINDS.map((kind) => ({ kind, owner, currency: 'EUR' })),
    );
    spare.push(...(await openAccounts(world.db, specs)));
  }
  return spare.splice(0, KINDS.length);
}

async function play(commands: readonly Command[], seen: Map<string, number>): Promise<void> {
  const accounts = await freshAccounts();
  const model = new LedgerModel(accounts.slice(0, 2), accounts.slice(2));
  const cause = randomUUID();
  for (const [n, said] of commands.entries()) {
    const what = groupOf(said, `${cause} ${n}`, accounts, model);
    if (what === undefined) continue;
    const faults = model.faultsOf(what);
    const answer = await post(world.db, what).catch((error: unknown) =>
      String((error as { code?: string }).code),
    );
    if (faults.size === 0) expect(answer).toBe(model.take(what));
    else expect([...faults]).toContain(answer);
    const kind = `${said.do} ${typeof answer === 'number' ? Math.sign(answer) : answer}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
  const rows = await world.db.query<{ id: bigint }>(BALANCES, [accounts]);
  const balances = new Map(rows.map(({ id, ...balance }) => [id, balance]));
  for (const [id, { limited, ...balance }] of model.accounts) {
    expect(balances.get(id)).toEqual(limited ? balance : undefined);
  }
}

test(`the ledger does what its model does, in ${RUNS.toString()} random sequences`, async () => {
  const seen = new Map<string, number>();
  const sequences = fc.array(command, { minLength: 1, maxLength: 7 });
  const lane = () =>
    fc.assert(
      fc.asyncProperty(sequences, (commands) => play(commands, seen)),
      { numRuns: RUNS / LANES },
    );
  await Promise.all(Array.from({ length: LANES }, lane));
  // accounts of sellers without lines (I13) and of buyers without tenders (I70): nobody's here
  const broken = await violations(world.db);
  expect(broken.filter(({ invariant }) => !['I13', 'I70'].includes(invariant))).toEqual([]);
  // the sequences reach every kind of answer
  for (const kind of ['fund 1', 'post 1', 'post 23514', 'resolve 1', 'resolve 23505', 'again 0']) {
    expect([kind, seen.get(kind) ?? 0]).toEqual([kind, expect.any(Number)]);
    expect(seen.get(kind) ?? 0).toBeGreaterThan(20);
  }
  const answers = new Set([...seen.keys()].map((kind) => kind.split(' ')[1]));
  expect([...answers].sort()).toEqual([
    '0',
    '1',
    '23503',
    '23505',
    '23514',
    'TG001',
    'TG002',
    'TG004',
  ]);
});
