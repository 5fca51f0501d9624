import { until } from '#kernel/testing/until';
import { BookService } from '../psp/book.service';
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

/** Reads the PSP's balances, for invariant I7. */
export async function readBooks(world: World): Promise<boolean> {
  const options = { url: world.psp.url, apiKey: PSP_API_KEY, webhookSecret: PSP_SECRET };
  return new BookService(world.db, pspOf(options, world.psp.dialect)).read();
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
