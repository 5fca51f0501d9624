import { newSealingKey, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { accountIds, sellerIds } from '#contracts/ids';
import { systemViewer } from '#kernel/auth/viewer';
import { ManualClock, MINUTE, SECOND } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import { migrate } from '#kernel/db/migrate';
import type { Fact } from '#kernel/events/fact';
import { timerLoops } from '#kernel/events/timers';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { startPayments } from '../../subgraphs/payments/payments.main';
import { paymentsMigrations } from '../../subgraphs/payments/payments.migrations';
import { onThrowAwayPostgres } from '../bench/throw-away-postgres';
import { checkMoney } from '../checks/money.check';
import { seededRandom } from '../simulators/shared/seeded.random';
import { orderGroup } from './crash.orders';

/** How long 10,000 deadlines that fall due together may take. */
const MOST_MS_EACH = (10 * SECOND) / 10_000;
const HEARD_AT_ONCE = 50;
const WORKERS = 2;
/** Nobody is called: an order that was never paid ends without the PSP. */
const NO_PSP = { url: 'http://127.0.0.1:9', apiKey: 'none', webhookSecret: 'whsec_bm9uZQ==' };

/**
 * Order groups that nobody pays, whose deadlines fall due at the same moment, and two workers. Returns what is wrong:
 * a deadline that fired twice or never, a rule about money that does not hold, or more time than it may take.
 */
export function fireTogether(count: number, say: (line: string) => void): Promise<string[]> {
  return onThrowAwayPostgres(true, async ({ url }) => {
    await migrate(url, paymentsMigrations);
    const { schema, role } = paymentsMigrations;
    const clock = new ManualClock(new Date());
    const db = await Database.open({ url, schema, role, clock, poolSize: 20 });
    try {
      const verifyKey = publicHalf(newSigningKey());
      const keys = { verifyKey, decryptKey: newSealingKey(), psp: NO_PSP };
      const payments = await startPayments({ db, clock, log: silentLogger() }, keys);
      await place(payments, count);
      clock.advance(20 * MINUTE);
      const tookMs = await fireAll(payments, count);
      say(
        `${String(count)} deadlines by ${String(WORKERS)} workers in ${(tookMs / SECOND).toFixed(1)} s`,
      );
      const { broken } = await checkMoney(url);
      const late = tookMs > count * MOST_MS_EACH ? [`deadlines took ${tookMs.toFixed(0)} ms`] : [];
      return [...broken, ...(await wrong(db, count)), ...late];
    } finally {
      await db.close();
    }
  });
}

/** Marketplace tells of groups of orders. */
async function place(payments: Subgraph, count: number): Promise<void> {
  const { db, reactions } = payments;
  const reaction = reactions.find(({ on }) => on === 'order_group.placed');
  const random = seededRandom(1);
  const sellers = Array.from({ length: 20 }, () => sellerIds.create());
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      const some = Math.min(HEARD_AT_ONCE, left);
      left -= some;
      await db.transaction(systemViewer('soak'), async (tx) => {
        for (let n = 0; n < some; n++) {
          const { part: _part, ...data } = orderGroup(accountIds.create(), sellers, random).request;
          const heard = {
            type: 'order_group.placed',
            data,
            id: `evt ${data.orderGroupId}`,
            time: tx.now,
          };
          await reaction?.run(tx, heard as unknown as Fact);
        }
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

/** Two workers until nothing is due; how long they took. */
async function fireAll({ db, timers }: Subgraph, count: number): Promise<number> {
  const began = performance.now();
  const loops = Array.from({ length: WORKERS }, () =>
    timerLoops(db, timers, silentLogger()),
  ).flat();
  for (const loop of loops) loop.start();
  const deadline = began + 20 * count * MOST_MS_EACH;
  const due = `select 1 as one from timer where "fireAt" <= $1 limit 1`;
  while ((await db.query(due, [db.clock.now()])).length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const tookMs = performance.now() - began;
  await Promise.all(loops.map((loop) => loop.stop()));
  return tookMs;
}

async function wrong(db: Database, count: number): Promise<string[]> {
  const row = await db.first<{ groups: bigint; facts: bigint }>(
    `select count(distinct data->>'orderGroupId') as groups, count(*) as facts
     from outbox where type = 'payment.expired'`,
  );
  const [groups, facts] = [row?.groups ?? 0n, row?.facts ?? 0n];
  if (groups === BigInt(count) && facts === groups) return [];
  return [
    `${String(count)} deadlines: ${String(groups)} groups expired, told ${String(facts)} times`,
  ];
}
