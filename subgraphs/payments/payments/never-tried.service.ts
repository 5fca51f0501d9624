import { fact } from '#contracts/fact';
import { topics } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { Timer } from '#kernel/events/timers';
import type { EscrowRow } from '../escrow/escrow.entity';
import type { TrancheRow } from '../escrow/tranche.entity';
import {
  type Held,
  aboutEscrow,
  isAwaiting,
  partiesOf,
  withTranche,
} from '../escrow/tranche.service';
import type { OrderGroupRow } from './order-group.entity';

/**
 * T1 of many order groups that nobody tried to pay, as after a sale: all their orders wait, so nothing is asked and
 * nothing given back, and one statement ends them all. Returns the timers of all other groups.
 */
export async function endNeverTried(tx: Tx, timers: readonly Timer[]): Promise<readonly Timer[]> {
  const groups = await lockUntried(
    tx,
    timers.map(({ subject }) => subject),
  );
  const orders = await lockOrders(tx, groups);
  const plain = groups.filter(({ id }) => (orders.get(id) ?? []).every(isAwaiting));
  const ended = new Set<string>(plain.map(({ id }) => id));
  await end(tx, plain, orders);
  return timers.filter(({ subject }) => !ended.has(subject));
}

/** Locks order groups, then looks: in this order, or a payment that was just made could be missed. */
async function lockUntried(tx: Tx, ids: readonly string[]): Promise<OrderGroupRow[]> {
  await tx.query(
    `select 1 as one from "orderGroup" where id = any ($1) order by id for no key update`,
    [ids],
  );
  return tx.query<OrderGroupRow>(
    `select * from "orderGroup" g where id = any ($1) and state = 'AWAITING'
       and not exists (select 1 from payment p where p."orderGroupId" = g.id) order by id`,
    [ids],
  );
}

/** The orders of each group, locked. */
async function lockOrders(
  tx: Tx,
  groups: readonly OrderGroupRow[],
): Promise<ReadonlyMap<string, readonly Held[]>> {
  const escrows = await tx.query<EscrowRow>(
    `select * from escrow where "orderGroupId" = any ($1) order by id for no key update`,
    [groups.map(({ id }) => id)],
  );
  const tranches = await tx.query<TrancheRow>(
    `select * from tranche where "escrowId" = any ($1) order by id`,
    [escrows.map(({ id }) => id)],
  );
  const of = by(tranches, ({ escrowId }) => escrowId);
  const held = escrows.map((escrow) => ({ escrow, tranches: of.get(escrow.id) ?? [] }));
  return by(held, ({ escrow }) => escrow.orderGroupId);
}

function by<T>(list: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(key(one));
    if (group === undefined) groups.set(key(one), [one]);
    else group.push(one);
  }
  return groups;
}

const END = `
  with t as (
    update tranche set state = 'CANCELLED', version = version + 1 where id = any ($1)),
  e as (
    update escrow set version = x.version from unnest($2::text[], $3::int[]) as x (id, version)
    where escrow.id = x.id)
  update "orderGroup" set state = 'EXPIRED', version = version + 1 where id = any ($4)`;

/** Their orders wait, so they have no deadlines of their own, and what has no money stays without any. */
async function end(
  tx: Tx,
  groups: readonly OrderGroupRow[],
  orders: ReadonlyMap<string, readonly Held[]>,
): Promise<void> {
  const ended: Held[] = [];
  for (const { id, version } of groups) {
    const held = orders.get(id) ?? [];
    ended.push(...held.map((order) => cancelled(tx, order)));
    const orderIds = held.map(({ escrow }) => escrow.orderId);
    const about = {
      subject: id,
      version: version + 1,
      topics: [topics.orderGroup(id), ...orderIds.map((orderId) => topics.order(orderId))],
    };
    tx.publish(fact('payment.expired', about, { orderGroupId: id, orderIds }));
  }
  await tx.query(END, [
    ended.flatMap(({ tranches }) => tranches.map(({ id }) => id)),
    ended.map(({ escrow }) => escrow.id),
    ended.map(({ escrow }) => escrow.version),
    groups.map(({ id }) => id),
  ]);
}

/** An order with all its tranches cancelled, each of which is told. */
function cancelled(tx: Tx, order: Held): Held {
  let held = order;
  for (const tranche of order.tranches) {
    held = withTranche(held, { ...tranche, state: 'CANCELLED', version: tranche.version + 1 });
    const data = { ...partiesOf(held.escrow), to: 'CANCELLED' } as const;
    tx.publish(fact('escrow.progressed', aboutEscrow(held.escrow), data));
  }
  return held;
}
