import { type Viewer, requireScope } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { CallError, refusals } from '#kernel/errors/refusal';
import type { OrderId } from '#contracts/ids';
import { cleanLine, lengthOf } from '../catalogue/text.rules';
import { mayCancel, mayConfirmReceipt } from './order-actions.rules';
import type { OrderProgressService } from './order-progress.service';
import type { CancellationAsker } from './order-settle.rules';
import { type OrderRecord, type OrderView, factsOf, lockOrder, viewOf } from './order-view.service';
import { orderErrors } from './order.errors';
import { orderMachine } from './order.machine';

const refuse = refusals(orderErrors);
const MAX_REASON = 500;

export interface OrderCancel {
  readonly orderId: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

export interface OrderReceiptConfirm {
  readonly orderId: string;
  readonly idempotencyKey: string;
}

/** What the parties decide about an order. */
export class OrderService {
  constructor(
    private readonly db: Database,
    private readonly progress: OrderProgressService,
  ) {}

  /** Before payment: at once. After it: asks fulfillment, which answers with a fact. */
  async cancel(
    viewer: Viewer,
    { orderId, reason, idempotencyKey: key }: OrderCancel,
  ): Promise<OrderId> {
    requireScope(viewer, 'orders:write');
    const why = cleanLine(reason);
    if (why === '' || lengthOf(why) > MAX_REASON)
      throw refuse('REASON_INVALID', { field: ['reason'] });
    return this.db.transaction(viewer, (tx) =>
      once(
        tx,
        { scope: `${actorOf(viewer)}:orderCancel`, key, input: { orderId, why } },
        async () => {
          const order = await this.lockIn(tx, viewer, orderId);
          await this.cancelIn(tx, order, order.party, why);
          return order.id;
        },
      ),
    );
  }

  /** The seller did not ship in time: the platform asks. Nothing happens when the order cannot be cancelled any more. */
  async shipOverdueIn(tx: Tx, orderId: OrderId): Promise<void> {
    const order = await lockOrder(tx, orderId, null);
    if (order === undefined || mayCancel(factsOf(order)) !== undefined) return;
    await this.cancelIn(tx, order, 'SYSTEM', 'The order was not shipped in time.');
  }

  /** The buyer has the goods: payments releases the money. Repeating it changes nothing. */
  async confirmReceipt(viewer: Viewer, input: OrderReceiptConfirm): Promise<OrderId> {
    if (viewer.kind === 'ANONYMOUS') throw new CallError('UNAUTHENTICATED');
    if (viewer.kind !== 'USER') throw new CallError('FORBIDDEN', 'Only the buyer can do this.');
    const { orderId, idempotencyKey: key } = input;
    return this.db.transaction(viewer, (tx) =>
      once(tx, { scope: `${actorOf(viewer)}:orderReceiptConfirm`, key, input: { orderId } }, () =>
        this.confirmIn(tx, viewer, orderId),
      ),
    );
  }

  private async confirmIn(tx: Tx, viewer: Viewer, orderId: string): Promise<OrderId> {
    const order = await this.lockIn(tx, viewer, orderId);
    const refusal = mayConfirmReceipt(order.party, factsOf(order));
    if (refusal === 'RECEIPT_ALREADY_CONFIRMED') return order.id;
    if (refusal !== undefined) throw refuse(refusal, { field: ['orderId'] });
    await this.progress.moveIn(tx, order, {
      decision: { receiptConfirmedAt: tx.now },
      told: { name: 'order.receipt_confirmed', more: {}, detail: null },
    });
    return order.id;
  }

  private async cancelIn(
    tx: Tx,
    order: OrderRecord,
    asker: CancellationAsker,
    reason: string,
  ): Promise<void> {
    const refusal = mayCancel(factsOf(order));
    if (refusal !== undefined) throw refuse(refusal, { field: ['orderId'] });
    const decision = {
      cancelRequestedBy: asker,
      cancelReason: reason,
      cancelRequestedAt: tx.now,
    };
    const asked = (order.folded.asked ?? 0) + 1;
    if (order.status === 'PLACED') {
      const status = orderMachine.next(order.status, 'cancel') ?? order.status;
      const news = { asked, granted: true } as const;
      await this.progress.moveIn(tx, order, { decision: { ...decision, status }, news });
      return;
    }
    const requestedBy = asker === 'OPERATOR' ? 'SYSTEM' : asker;
    await this.progress.moveIn(tx, order, {
      decision,
      news: { asked },
      told: { name: 'order.cancellation_requested', more: { requestedBy, reason }, detail: reason },
    });
  }

  private async lockIn(tx: Tx, viewer: Viewer, orderId: string): Promise<OrderView> {
    const record = await lockOrder(tx, orderId, viewer.accountId ?? null);
    const order = viewOf(viewer, record, 'orders:write');
    if (order === undefined) throw refuse('ORDER_NOT_FOUND', { field: ['orderId'] });
    return order;
  }
}

const actorOf = (viewer: Viewer): string => viewer.keyId ?? viewer.accountId ?? viewer.kind;
