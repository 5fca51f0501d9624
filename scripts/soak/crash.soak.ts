import type { Database } from '#kernel/db/database';
import { checkMoney } from '../checks/money.check';
import { seededRandom } from '../simulators/shared/seeded.random';
import { CrashCases } from './crash.cases';
import { CrashHouse } from './crash.house';
import { CrashIntents, type Intent } from './crash.intents';
import { CrashLoad } from './crash.load';
import { type Books, type Tally, crashFindings } from './crash.findings';

/** How much is traded while everything is killed. */
export interface CrashOptions {
  readonly checkouts: number;
  /** Processes that serve and work payments. */
  readonly workers: number;
  /** What is bought, what fails and who is killed; when is up to the machine. */
  readonly seed: number;
  /** Compiled scripts of another version, which every second process runs, as while a release is rolled out. */
  readonly beside?: string | undefined;
  readonly say: (line: string) => void;
}

const LANES = 64;
const KILL_MS = [1_000, 3_000] as const;
const SETTLE_MS = 5 * 60_000;
/**
 * What the PSP does wrong, each about once in fifty acts. A 500 that is stored with nothing done is not among them: its
 * act stays UNKNOWN for the key's whole life, which only a clock that can be moved sees the end of (`janitor.db.test`).
 */
const FAULTS = ['drop_before', 'drop_after', 'delay_after', 'status', 'done_500'];

/**
 * Checkouts, refunds, payouts, disputes and chargebacks while payments processes and PostgreSQL are killed every 1 to
 * 3 s, three of ten calls are sent twice and the PSP fails in every way it can. Returns what is wrong afterwards; empty
 * when every intent came true exactly once, no rule about money is broken and the PSP's books equal ours.
 */
export async function crashMoney(options: CrashOptions): Promise<string[]> {
  const { say, workers, seed, checkouts } = options;
  const house = await CrashHouse.open(workers, () => undefined, options.beside);
  try {
    const tellers = {
      marketplace: await house.as('marketplace'),
      fulfillment: await house.as('fulfillment'),
      'merchant-services': await house.as('merchant-services'),
    };
    const payments = await house.as('payments');
    const random = seededRandom(seed);
    const intents = new CrashIntents(house, random);
    const cases = new CrashCases(house, payments, intents, random);
    const load = new CrashLoad(house, tellers, intents, cases, random);
    await load.openSellers();
    const all = { house, payments, cases };
    await planFaults(house, FAULTS);
    const killing = killOften(house, seededRandom(seed + 1));
    await trade(load, options);
    const kills = await killing.stop();
    await planFaults(house, []);
    say(
      `${String(checkouts)} checkouts, ${String(intents.all.length)} intents, ${String(kills)} kills; settling`,
    );
    await settled(all, say);
    await intents.askAgain();
    const open = await settled(all, say); // what had no answer may only have happened now
    const { broken } = await checkMoney(house.postgres.url);
    say(done(intents.all));
    const tally = { intents: intents.all, ours: await ours(payments), theirs: await books(house) };
    return [...open, ...broken, ...crashFindings(tally)];
  } finally {
    await house.close();
  }
}

/** How many acts of each kind were done, for people. */
function done(intents: readonly Intent[]): string {
  const counts = new Map<string, number>();
  for (const { kind, ids } of intents) {
    if (ids.size > 0) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${String(count)} ${kind}`).join(', ');
}

async function trade(load: CrashLoad, { checkouts, say }: CrashOptions): Promise<void> {
  const tenth = Math.ceil(checkouts / 10);
  let [next, done] = [0, 0];
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (let n = next++; n < checkouts; n = next++) {
        await load.checkout(n);
        if (++done % tenth === 0) say(`${String(done)} of ${String(checkouts)} checkouts`);
      }
    }),
  );
}

/** Two times in three a payments process, else the database. */
function killOften(house: CrashHouse, random: () => number): { stop: () => Promise<number> } {
  const run = { over: false, kills: 0 };
  const killing = (async () => {
    for (;;) {
      await pause(KILL_MS[0] + random() * (KILL_MS[1] - KILL_MS[0]));
      if (run.over) return;
      const dice = Math.floor(random() * house.replicas.length * 1.5);
      house.kill(dice < house.replicas.length ? dice : 'postgres');
      run.kills += 1;
    }
  })();
  return {
    stop: async () => {
      run.over = true;
      await killing;
      return run.kills;
    },
  };
}

async function planFaults({ pspUrl }: CrashHouse, kinds: readonly string[]): Promise<void> {
  const plan = [
    ...kinds.map((kind) => ({ kind, match: 'POST /api/*', probability: 0.02, delayMs: 300 })),
    ...(kinds.length > 0 ? [{ kind: 'duplicate', probability: 0.1 }] : []),
    ...(kinds.length > 0 ? [{ kind: 'reorder', probability: 0.1 }] : []),
  ];
  const body = JSON.stringify({ plan });
  const response = await fetch(`${pspUrl}/sim/fault`, { method: 'POST', body });
  if (!response.ok) throw new Error(`the PSP takes no faults: ${await response.text()}`);
}

const OPEN = `
  select kind || ' ' || id || ' ' || state as what from "pspOperation"
    where state not in ('SUCCEEDED', 'REJECTED')
  union all select 'webhook ' || id from "pspEvent" where "handledAt" is null
  union all select 'fact ' || "eventId" || ' ' || error from "inboxParked"
  union all select 'timer ' || kind || ' ' || subject from timer where "fireAt" <= $1`;

// A second look would come after 30 s, the next after 2 and 10 minutes: none of them finds more than one now.
// A fact that was too early waits up to ten minutes for its next turn; what was decided only at the end, three days.
const HASTEN = `
  with parked as (update "inboxParked" set "nextAt" = $1 where "nextAt" > $1),
  appeal as (update timer set "fireAt" = $1 where kind = 'APPEAL_END' and "fireAt" > $1)
  update "pspOperation" set "nextAt" = $1 where "nextAt" > $1 and state in ('UNKNOWN', 'PENDING')`;

/** Where it is looked whether anything is on its way. */
interface Settling {
  readonly house: CrashHouse;
  readonly payments: Database;
  readonly cases: CrashCases;
}

/** Waits until nothing is on its way any more, here or at the PSP; what still is at the end, in words. */
async function settled(
  { house, payments, cases }: Settling,
  say: (line: string) => void,
): Promise<string[]> {
  const deadline = performance.now() + SETTLE_MS;
  let open: string[] = [];
  for (let [quiet, looks] = [0, 1]; quiet < 3; looks++) {
    open = [...(await openActs(payments)), ...(await unheard(house))];
    quiet = open.length === 0 ? quiet + 1 : 0;
    if (performance.now() > deadline) return open.map((one) => `still open: ${one}`);
    if (looks % 60 === 0) say(`${String(open.length)} open, e.g. ${open[0] ?? ''}`);
    if (looks % 10 === 0) {
      await cases.answerAll();
      await payments.query(HASTEN, [payments.clock.now()]).catch(() => undefined);
    }
    await pause(500);
  }
  return open;
}

/** What the PSP has not been able to tell yet: it waits longer each time. */
async function unheard({ pspUrl }: CrashHouse): Promise<string[]> {
  const state = (await (await fetch(`${pspUrl}/sim/state`)).json()) as {
    webhooks: { pending: number };
  };
  const { pending } = state.webhooks;
  return pending === 0 ? [] : [`${String(pending)} webhooks at the PSP`];
}

/** An unreachable database is one more thing to wait for. */
async function openActs(payments: Database): Promise<string[]> {
  try {
    const rows = await payments.query<{ what: string }>(OPEN, [payments.clock.now()]);
    return rows.map(({ what }) => what);
  } catch (error) {
    return [String(error)];
  }
}

const TALLY = `
  select (select count(*) from payment where state = 'CAPTURED') as paid,
    (select count(*) from (select 1 from payment
       where state not in ('FAILED', 'EXPIRED', 'VOIDED')
       group by "orderGroupId", part having count(*) > 1) d) as "paidTwice",
    (select coalesce(sum("capturedMinor"), 0)::bigint from tender) as captured,
    (select coalesce(sum("amountMinor"), 0)::bigint from "refundLeg" where state = 'SUCCEEDED') as refunded,
    (select count(*) from "refundLeg" where state = 'SUCCEEDED') as refunds,
    (select coalesce(sum("amountMinor"), 0)::bigint from payout where state in ('SUBMITTED', 'IN_TRANSIT', 'PAID')) as "paidOut",
    (select count(*) from chargeback) as chargebacks,
    (select count(*) from payout where state in ('SUBMITTED', 'IN_TRANSIT', 'PAID')) as payouts,
    (select coalesce(sum(dp - cp), 0)::bigint from ledger_total where kind = 1) as clearing`;

async function ours(payments: Database): Promise<Tally['ours']> {
  const row = await payments.first<Tally['ours']>(TALLY);
  if (row === undefined) throw new Error('there is no tally');
  return row;
}

async function books({ pspUrl }: CrashHouse): Promise<Books> {
  return (await (await fetch(`${pspUrl}/sim/books`)).json()) as Books;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
