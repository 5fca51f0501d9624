import type { Tx } from '#kernel/db/database';
import { sortedJson } from '#kernel/json/sorted';
import { type FactInput, type FactName } from '#contracts/facts';
import { fact } from '#contracts/fact';
import { type OrderId, topics } from '#contracts/ids';
import type { ReservationService } from '../checkout/reservation.service';
import { allShipped, outcomeOf, shippedQuantities } from './order-axes.rules';
import { type OrderFold, joinFolds } from './order-fold.rules';
import { changedAxis, faultOf, settle } from './order-settle.rules';
import { type OrderRecord, lockOrder, orderedOf } from './order-view.service';

/** What a party or operator decided here, as columns of the order. */
export type Decision = Partial<
  Pick<
    OrderRecord,
    'status' | 'cancelRequestedBy' | 'cancelRequestedAt' | 'cancelReason' | 'receiptConfirmedAt'
  >
>;

type OrderFactName = Extract<FactName, `order.${string}`>;
type OrderFact = {
  readonly [N in OrderFactName]: {
    readonly name: N;
    readonly more: Omit<FactInput<N>, 'orderId' | 'sellerId' | 'buyerId'>;
    readonly detail: string | null;
  };
}[Exclude<OrderFactName, 'order.placed'>];

const UPDATE = `
  update "order" set status = $2, "paymentStatus" = $3, "escrowStatus" = $4, "fulfillmentStatus" = $5,
    "cancellationStatus" = $6, folded = $7, "cancelRequestedBy" = $8, "cancelRequestedAt" = $9, "cancelReason" = $10,
    "receiptConfirmedAt" = $11, version = $12, "disputeStatus" = $13
  where id = $1`;

/**
 * The one way in which an order moves. Under its row lock it joins what was heard, settles all axes by the rules, moves
 * stock, and tells one fact for what has visibly changed. Hearing something again changes and tells nothing.
 */
export class OrderProgressService {
  constructor(private readonly reservations: ReservationService) {}

  /** Takes in news of other subgraphs about one order. `why` explains a refused cancellation. */
  async hearIn(tx: Tx, orderId: OrderId, news: OrderFold, why = ''): Promise<void> {
    const order = await lockOrder(tx, orderId, null);
    // Every order begins here, so a fact about an unknown one is a fault: it is parked and seen.
    if (order === undefined) throw new Error(`no order ${orderId}`);
    await this.moveIn(tx, order, { news, why });
  }

  /** Moves a locked order by a decision taken here or by news. Answers the order as it is afterwards. */
  async moveIn(
    tx: Tx,
    order: OrderRecord,
    change: {
      readonly news?: OrderFold;
      readonly decision?: Decision;
      /** Told in any case, before what follows from it. */
      readonly told?: OrderFact;
      readonly why?: string;
    },
  ): Promise<OrderRecord> {
    const folded = joinFolds(order.folded, change.news ?? {});
    const known = sortedJson(folded) === sortedJson(order.folded);
    if (known && change.decision === undefined) return order;
    const decided: OrderRecord = { ...order, ...change.decision, folded };
    const axes = settle(
      {
        status: decided.status,
        receiptConfirmed: decided.receiptConfirmedAt !== null,
      },
      folded,
      orderedOf(order),
    );
    const after: OrderRecord = { ...decided, ...axes };
    const facts = factsBetween(order, after, change.told, change.why ?? '');
    after.version = order.version + facts.length;
    await this.writeIn(tx, after);
    await this.moveStockIn(tx, order, after);
    await this.tellIn(tx, order, after, facts);
    return after;
  }

  private async writeIn(tx: Tx, after: OrderRecord): Promise<void> {
    await tx.query(UPDATE, [
      after.id,
      after.status,
      after.paymentStatus,
      after.escrowStatus,
      after.fulfillmentStatus,
      after.cancellationStatus,
      after.folded,
      after.cancelRequestedBy,
      after.cancelRequestedAt,
      after.cancelReason,
      after.receiptConfirmedAt,
      after.version,
      after.disputeStatus,
    ]);
  }

  /** Shipped units leave the stock; units that will never ship go back on sale. */
  private async moveStockIn(tx: Tx, before: OrderRecord, after: OrderRecord): Promise<void> {
    const shipped = shippedQuantities(after.folded);
    if (sortedJson(shipped) !== sortedJson(shippedQuantities(before.folded))) {
      await this.reservations.consumeIn(tx, after.id, shipped);
    }
    if (before.status !== after.status && isOver(after)) {
      await this.reservations.releaseOrderIn(tx, after.id);
    }
  }

  private async tellIn(
    tx: Tx,
    before: OrderRecord,
    { id, sellerId, buyerId }: OrderRecord,
    facts: readonly OrderFact[],
  ): Promise<void> {
    if (facts.length === 0) return;
    const rows = facts.map(({ name, detail }, i) => ({
      version: before.version + 1 + i,
      event: name,
      detail,
    }));
    await tx.query(
      `insert into "orderEvent" ("orderId", version, at, event, detail)
       select $1, e.version, $3, e.event, e.detail
       from jsonb_to_recordset($2) as e (version integer, event text, detail text)`,
      [id, JSON.stringify(rows), tx.now],
    );
    facts.forEach(({ name, more }, i) => {
      const about = {
        subject: id,
        version: before.version + 1 + i,
        topics: [topics.order(id), topics.sellerOrders(sellerId)],
      };
      // The table checks each fact's own fields; the union of all of them is more than TypeScript can follow here.
      tx.publish(fact(name, about, { orderId: id, sellerId, buyerId, ...more }));
    });
  }
}

/** Nothing more of this order will be shipped. */
function isOver(order: OrderRecord): boolean {
  if (order.status === 'CANCELLED' || order.status === 'EXPIRED') return true;
  if (order.status !== 'COMPLETED') return false;
  return order.paymentStatus === 'REFUNDED' || allShipped(order.folded, orderedOf(order));
}

/** What to tell of a move: the decision itself, then the one thing that a viewer would notice first. */
function factsBetween(
  before: OrderRecord,
  after: OrderRecord,
  told: OrderFact | undefined,
  why: string,
): OrderFact[] {
  const axis = changedAxis(before, after);
  const seen = axis === undefined ? undefined : factOf(axis, after, why);
  if (told === undefined) return seen === undefined ? [] : [seen];
  const needed = seen !== undefined && axis === 'status' && seen.name !== told.name;
  return needed ? [told, seen] : [told];
}

function factOf(axis: string, after: OrderRecord, why: string): OrderFact {
  if (axis === 'status') {
    const changed = statusFact(after);
    if (changed !== undefined) return changed;
  }
  if (axis === 'cancellationStatus' && after.cancellationStatus === 'REFUSED') {
    return { name: 'order.cancellation_refused', more: { reason: why }, detail: why };
  }
  const to = after[axis as 'paymentStatus'];
  return { name: 'order.progressed', more: { axis, to }, detail: `${axis} ${to}` };
}

function statusFact(after: OrderRecord): OrderFact | undefined {
  switch (after.status) {
    case 'PLACED':
      return undefined;
    case 'CONFIRMED':
      return { name: 'order.confirmed', more: {}, detail: null };
    case 'EXPIRED':
      return { name: 'order.expired', more: {}, detail: null };
    case 'CANCELLED': {
      const reason = after.cancelReason ?? '';
      const fault = faultOf(after.cancelRequestedBy ?? 'OPERATOR');
      return { name: 'order.cancelled', more: { fault, reason }, detail: reason };
    }
    case 'COMPLETED': {
      const outcome = outcomeOf(after.folded, orderedOf(after));
      return { name: 'order.completed', more: { outcome }, detail: outcome };
    }
  }
}
