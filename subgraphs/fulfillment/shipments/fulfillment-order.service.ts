import { DAY, after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import type { Viewer } from '#kernel/auth/viewer';
import type { Address } from '#contracts/fact-fields';
import type { OrderId, OrderLineId } from '#contracts/ids';
import { refuse } from '../fulfillment.errors';
import type { MemberService } from '../members/member.service';
import type { FulfillmentOrderLineRow, FulfillmentOrderRow } from './fulfillment-order.entity';
import {
  type OrderTrade,
  lockFulfillmentOrder,
  lockOfOrder,
  move,
  saveFulfillmentOrder,
  tell,
} from './fulfillment-order-row.service';

/** An order as `order.placed` tells it. */
export interface PlacedOrder extends OrderTrade {
  readonly number: string;
  readonly currency: string;
  readonly shipTo: Address;
  readonly lines: readonly {
    readonly orderLineId: OrderLineId;
    readonly title: string;
    readonly quantity: number;
    readonly weightG: number;
    readonly lengthCm: number;
    readonly widthCm: number;
    readonly heightCm: number;
    readonly handlingDays: number;
  }[];
}

/** From an order placed and paid to work for its seller. `order.placed` and `escrow.funded` come in any order. */
export class FulfillmentOrderService {
  constructor(
    private readonly db: Database,
    private readonly members: MemberService,
  ) {}

  async placedIn(tx: Tx, order: PlacedOrder): Promise<void> {
    const row = await lockOfOrder(tx, order);
    if (row.placedAt !== null) return;
    row.placedAt = tx.now;
    row.number = order.number;
    row.currency = order.currency;
    row.shipTo = order.shipTo;
    row.handlingDays = Math.max(0, ...order.lines.map(({ handlingDays }) => handlingDays));
    await tx.query(
      `insert into "fulfillmentOrderLine" ("fulfillmentOrderId", "orderLineId", title, quantity, "weightG",
         "lengthCm", "widthCm", "heightCm")
       select $1, l."orderLineId", l.title, l.quantity, l."weightG", l."lengthCm", l."widthCm", l."heightCm"
       from jsonb_to_recordset($2) as l ("orderLineId" text, title text, quantity integer, "weightG" integer,
         "lengthCm" integer, "widthCm" integer, "heightCm" integer)`,
      [row.id, JSON.stringify(order.lines.map(lineToKeep))],
    );
    await this.openIfReady(tx, row);
  }

  async fundedIn(tx: Tx, trade: OrderTrade): Promise<void> {
    const row = await lockOfOrder(tx, trade);
    if (row.fundedAt !== null) return;
    row.fundedAt = tx.now;
    await this.openIfReady(tx, row);
  }

  /** The seller has the money: a delivery is not retracted any more. */
  async releasedIn(tx: Tx, trade: OrderTrade): Promise<void> {
    const row = await lockOfOrder(tx, trade);
    row.releasedAt ??= tx.now;
    await saveFulfillmentOrder(tx, row);
  }

  /** The seller takes the order on. Again: the same success. */
  async accept(
    viewer: Viewer,
    input: { readonly fulfillmentOrderId: string; readonly idempotencyKey: string },
  ): Promise<FulfillmentOrderRow> {
    const id = await this.db.transaction(viewer, async (tx) => {
      const row = await lockFulfillmentOrder(tx, input.fulfillmentOrderId);
      await this.members.requireSeller(tx, viewer, row, () =>
        refuse('FULFILLMENT_ORDER_NOT_FOUND', { field: ['fulfillmentOrderId'] }),
      );
      if (row === undefined) throw refuse('FULFILLMENT_ORDER_NOT_FOUND');
      const actor = viewer.keyId ?? viewer.accountId ?? '';
      const intent = { scope: `${actor}:fulfillmentOrderAccept`, key: input.idempotencyKey, input };
      return once(tx, intent, async () => {
        if (row.state === 'IN_PROGRESS') return row.id;
        if (row.cancelRequestedAt !== null)
          throw refuse('CANCELLATION_PENDING', { retryable: true });
        if (!move(row, 'accept')) throw refuse('FULFILLMENT_ORDER_NOT_OPEN');
        tell(tx, row, { type: 'fulfillment_order.progressed' });
        await saveFulfillmentOrder(tx, row);
        return row.id;
      });
    });
    const [row] = await this.byIds([id]);
    if (row === undefined) throw new Error('the row was just written');
    return row;
  }

  byIds(ids: readonly string[]): Promise<FulfillmentOrderRow[]> {
    return this.db.query('select * from "fulfillmentOrder" where id = any ($1)', [ids]);
  }

  byOrders(orderIds: readonly string[]): Promise<FulfillmentOrderRow[]> {
    return this.db.query<FulfillmentOrderRow & { orderId: OrderId }>(
      'select * from "fulfillmentOrder" where "orderId" = any ($1)',
      [orderIds],
    );
  }

  linesOf(ids: readonly string[]): Promise<FulfillmentOrderLineRow[]> {
    return this.db.query(
      `select * from "fulfillmentOrderLine" where "fulfillmentOrderId" = any ($1) order by "orderLineId"`,
      [ids],
    );
  }

  private async openIfReady(tx: Tx, row: FulfillmentOrderRow): Promise<void> {
    if (row.placedAt !== null && row.fundedAt !== null && move(row, 'open')) {
      row.shipBy = after(tx.now, row.handlingDays * DAY);
      tell(tx, row, { type: 'fulfillment_order.opened', shipBy: row.shipBy });
    }
    await saveFulfillmentOrder(tx, row);
  }
}

/** What we keep of a line: no prices, which are no business of ours. */
const lineToKeep = (line: PlacedOrder['lines'][number]): PlacedOrder['lines'][number] => ({
  orderLineId: line.orderLineId,
  title: line.title,
  quantity: line.quantity,
  weightG: line.weightG,
  lengthCm: line.lengthCm,
  widthCm: line.widthCm,
  heightCm: line.heightCm,
  handlingDays: line.handlingDays,
});
