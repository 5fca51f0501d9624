import { until } from '#kernel/testing/until';
import { openAccounts } from '../ledger/ledger.service';
import { PSP_CONNECTION } from '../psp/connection.rules';
import { pspOf } from '../psp/psp-dialects.adapter';
import { PSP_API_KEY, PSP_SECRET } from './psp.process';
import type { World } from './world';

interface OpenOperation {
  readonly id: string;
  readonly nextAt: Date;
}

const OPEN = `
  select id, "nextAt" from "pspOperation" where state not in ('SUCCEEDED', 'REJECTED')
  order by "nextAt" limit 1`;
/** More looks than T18 and the life of any key need. */
const MOST_LOOKS = 400;

/** Moves the clock from look to look of the janitor until no act is open. */
export async function settleAll(world: World): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const open = await world.db.first<OpenOperation>(OPEN);
    if (open === undefined) return;
    const wait = open.nextAt.getTime() - world.clock.now().getTime();
    if (wait > 0) await pass(world, wait + 1_000);
    for (const loop of world.payments.loops) loop.wake();
    await until(
      async () => {
        const now = await world.db.first<OpenOperation>(
          `select id, "nextAt" from "pspOperation" where id = $1 and "nextAt" is not null`,
          [open.id],
        );
        // A webhook may move it too.
        return now?.nextAt.getTime() !== open.nextAt.getTime();
      },
      `a look at ${open.id}`,
      30_000,
    );
    // Time for the call itself: the clock must not run through the lease of an act that is being sent.
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error('acts are still open');
}

/**
 * Keeps what the PSP says it owes us now, with what it cannot move yet, so that invariant I7 can compare it with our
 * clearing account. Equal only when nothing is under way, which a test knows and a platform at work never does: there
 * reconciliation compares. False when the PSP does not answer.
 */
export async function readBooks({ db, psp }: World): Promise<boolean> {
  const options = { url: psp.url, apiKey: PSP_API_KEY, webhookSecret: PSP_SECRET };
  const balances = (await pspOf(options, psp.dialect).balances())?.total;
  if (balances === undefined) return false;
  const specs = [...balances.keys()].map((currency) => ({
    kind: 'PSP_CLEARING' as const,
    owner: PSP_CONNECTION,
    currency,
  }));
  const accounts = specs.length === 0 ? [] : await openAccounts(db, specs);
  await db.query(
    `insert into "pspBook" (currency, "clearingAccountId", "balanceMinor", "readAt")
     select c, a, b, $4 from unnest($1::text[], $2::bigint[], $3::bigint[]) as x (c, a, b)
     on conflict ("clearingAccountId") do update set "balanceMinor" = excluded."balanceMinor",
       "readAt" = excluded."readAt"`,
    [[...balances.keys()], accounts, [...balances.values()], db.clock.now()],
  );
  return true;
}

/** A seller who may be paid out now, with this much of a balance. */
export async function richSeller(
  world: World,
  owner: Parameters<World['payOut']>[0],
  total: bigint,
): Promise<string> {
  const group = world.group([total]);
  const { sellerId = '', orderId = '' } = group.orders[0] ?? {};
  await world.openSeller(sellerId, owner.accountId ?? '', true);
  await world.hear('seller_trust.changed', { sellerId, tier: 'TRUSTED', reasons: [], version: 1 });
  await world.pay(group);
  await world.ship(group);
  await world.partyFact('order.receipt_confirmed', group);
  await until(async () => (await world.told(orderId)).includes('escrow.released'), 'the release');
  await pass(world, 80 * 3_600_000);
  await world.advance(0);
  return sellerId;
}

/** Time passes here and at the PSP. */
async function pass(world: World, ms: number): Promise<void> {
  world.clock.advance(ms);
  const seconds = Math.floor(ms / 1_000);
  if (seconds > 0) await world.psp.post('/sim/advance', { seconds });
}
