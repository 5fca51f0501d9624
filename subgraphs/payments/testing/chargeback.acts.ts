import { SECOND } from '#kernel/clock/clock';
import { operator } from './dispute.acts';
import { type SeenChargeback, newsOf, reaches } from './complaints';
import { key } from './risk.acts';
import type { PlacedGroup, World } from './world';

/** We have contested it, and the bank has not said yet. */
export async function contested(world: World, { id }: SeenChargeback): Promise<void> {
  await world.chargebackAnswer(operator, id, key());
  await reaches(world, id, 'UNDER_REVIEW');
}

async function heard(world: World, { id, pspDisputeId }: SeenChargeback, state: string) {
  await newsOf(world, pspDisputeId);
  await reaches(world, id, state);
  await world.settled();
}

/** The bank has taken what it had only warned of. */
export async function escalated(world: World, seen: SeenChargeback): Promise<void> {
  await world.psp.post(`/sim/disputes/${seen.pspDisputeId}/escalate`, {});
  await heard(world, seen, 'OPENED');
}

/** The bank has decided about a contested case. */
export async function decided(
  world: World,
  seen: SeenChargeback,
  state: 'WON' | 'LOST',
): Promise<void> {
  await world.psp.post('/sim/advance', { seconds: 2 });
  await heard(world, seen, state);
}

const ahead = new WeakMap<World, number>();

/** The PSP's clock follows ours, while no case is open: what is due there is due here. */
export async function catchUp(world: World): Promise<void> {
  const known = ahead.get(world) ?? 0;
  const seconds = Math.floor((world.clock.now().getTime() - Date.now() - known) / SECOND);
  if (seconds <= 0) return;
  await world.psp.post('/sim/advance', { seconds });
  ahead.set(world, known + seconds * SECOND);
}

/** An order's live holds: cause and amount, and whether another case has the money. */
export async function liveHolds(world: World, group: PlacedGroup): Promise<string[]> {
  const rows = await world.db.query<{ text: string }>(
    `select h.cause || ' ' || h."amountMinor" || case when h."pendingId" is null then ' under' else ''
       end as text from hold h join escrow e on e.id = h."escrowId"
     where e."orderId" = $1 and h."liftedAt" is null order by 1`,
    [group.orders[0]?.orderId],
  );
  return rows.map(({ text }) => text);
}

/** When something of a kind is due for each live hold of an order. */
export async function holdTimers(world: World, group: PlacedGroup, kind: string): Promise<Date[]> {
  const rows = await world.db.query<{ at: Date }>(
    `select t."fireAt" as at from timer t join hold h on h.id = t.subject
       join escrow e on e.id = h."escrowId"
     where e."orderId" = $1 and h."liftedAt" is null and t.kind = $2 order by 1`,
    [group.orders[0]?.orderId, kind],
  );
  return rows.map(({ at }) => at);
}

/** An order's money: kind, state, available, frozen, charged back. */
export const whereIs = async (world: World, group: PlacedGroup, n = 0): Promise<unknown[]> =>
  (await world.tranches(group, n)).map((t) => [
    ...[t['kind'], t['state'], t['availableMinor'], t['frozenMinor'], t['chargedBackMinor']],
  ]);
