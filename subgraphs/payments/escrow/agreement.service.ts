import {
  type AccountId,
  type OrderGroupId,
  type OrderId,
  type SellerId,
  escrowIds,
  trancheIds,
} from '#contracts/ids';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { setTimer } from '#kernel/events/timers';
import { uuidOf } from '#kernel/ids/id';
import type { Logger } from '#kernel/server/log';
import { openAccounts } from '../ledger/ledger.service';
import type { OrderGroupRow } from '../payments/order-group.entity';
import type { EscrowRow } from './escrow.entity';
import { TIMER_MS } from './timer.rules';

/** What marketplace says of an order group, in a sealed payment request or in the fact; both say the same. */
export interface GroupTerms {
  readonly orderGroupId: OrderGroupId;
  readonly buyerId: AccountId;
  readonly currency: string;
  readonly orders: readonly OrderTerms[];
}

/** One seller's order: what to hold and how to split it, minor units. */
export interface OrderTerms {
  readonly orderId: OrderId;
  readonly sellerId: SellerId;
  readonly totalMinor: bigint;
  readonly commissionMinor: bigint;
  readonly taxMinor: bigint;
}

/** An order group, locked, with the agreements about its orders. */
export interface Agreements {
  readonly group: OrderGroupRow;
  readonly escrows: readonly EscrowRow[];
  /** Orders whose stored terms are not the ones given. */
  readonly differing: readonly OrderId[];
}

/** Writing the same row again locks it and returns what is there. */
const LOCK_GROUP = `
  insert into "orderGroup" (id, "buyerId", currency, state, "seenAt")
  values ($1, $2, $3, 'AWAITING', $4)
  on conflict (id) do update set id = excluded.id
  returning *, (xmax = 0) as fresh`;

const INSERT = `
  with given as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[],
      $6::bigint[], $7::text[], $8::bigint[]) as g ("escrowId", "orderId", "sellerId",
      "totalMinor", "commissionMinor", "taxMinor", "trancheId", "accountId")),
  made as (
    insert into escrow (id, "orderId", "orderGroupId", "buyerId", "sellerId", currency,
      "totalMinor", "commissionMinor", "taxMinor", state, "createdAt")
    select "escrowId", "orderId", $9, $10, "sellerId", $11, "totalMinor", "commissionMinor",
      "taxMinor", 'NONE', $12 from given order by "orderId"
    returning *),
  held as (
    insert into tranche (id, "escrowId", kind, state, "accountId")
    select "trancheId", "escrowId", 'WHOLE', 'AWAITING_FUNDS', "accountId" from given)
  select * from made`;

/** Keeps the agreements: one escrow with one tranche for each seller order. */
export class AgreementService {
  constructor(private readonly log: Logger) {}

  /**
   * Brings the agreements of an order group about, whoever speaks first: the payment request or the fact. Terms that
   * are there already are never overwritten; others are an alarm. The group row is locked.
   */
  async upsertIn(tx: Tx, terms: GroupTerms): Promise<Agreements> {
    const { orderGroupId, buyerId, currency } = terms;
    const group = await tx.first<OrderGroupRow & { fresh: boolean }>(LOCK_GROUP, [
      orderGroupId,
      buyerId,
      currency,
      tx.now,
    ]);
    if (group === undefined) throw new Error('the order group could not be written');
    if (group.fresh) {
      const timer = { subject: orderGroupId, kind: 'T1', version: 0 };
      await setTimer(tx, timer, after(tx.now, TIMER_MS.T1));
    }
    const ids = terms.orders.map(({ orderId }) => orderId);
    const known = group.fresh
      ? []
      : await tx.query<EscrowRow>('select * from escrow where "orderId" = any ($1)', [ids]);
    const byOrder = new Map(known.map((row) => [row.orderId, row]));
    const missing = terms.orders.filter(({ orderId }) => !byOrder.has(orderId));
    const made = missing.length === 0 ? [] : await this.insert(tx, terms, missing);
    const differing = terms.orders
      .filter((order) => differs(byOrder.get(order.orderId), order, terms))
      .map(({ orderId }) => orderId);
    if (differing.length > 0 || group.buyerId !== buyerId || group.currency !== currency) {
      this.log.error(
        { alarm: 'AGREEMENT_DIFFERS', orderGroupId, differing },
        'the terms of an order differ from the agreement; nothing was overwritten',
      );
    }
    return { group, escrows: [...known, ...made], differing };
  }

  private async insert(
    tx: Tx,
    { orderGroupId, buyerId, currency }: GroupTerms,
    orders: readonly OrderTerms[],
  ): Promise<EscrowRow[]> {
    const tranches = orders.map(() => trancheIds.create());
    const accounts = await openAccounts(
      tx,
      tranches.map((id) => ({ kind: 'TRANCHE', owner: uuidOf(id), currency })),
    );
    return tx.query<EscrowRow>(INSERT, [
      orders.map(() => escrowIds.create()),
      orders.map(({ orderId }) => orderId),
      orders.map(({ sellerId }) => sellerId),
      orders.map(({ totalMinor }) => totalMinor),
      orders.map(({ commissionMinor }) => commissionMinor),
      orders.map(({ taxMinor }) => taxMinor),
      tranches,
      accounts,
      orderGroupId,
      buyerId,
      currency,
      tx.now,
    ]);
  }
}

function differs(row: EscrowRow | undefined, order: OrderTerms, group: GroupTerms): boolean {
  return (
    row !== undefined &&
    (row.orderGroupId !== group.orderGroupId ||
      row.buyerId !== group.buyerId ||
      row.sellerId !== order.sellerId ||
      row.currency !== group.currency ||
      row.totalMinor !== order.totalMinor ||
      row.commissionMinor !== order.commissionMinor ||
      row.taxMinor !== order.taxMinor)
  );
}
