import type { OrderId, RefundId } from '#contracts/ids';
import { type Viewer, requireScope } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import type { Money } from '#kernel/money/money';
import { type SellerService, actorOf } from '../balances/seller.service';
import { lockHeld } from '../escrow/tranche.service';
import { refuse } from '../payments.errors';
import type { RefundService } from './refund.service';

/** A refund that a person asks for. */
export interface RefundInput {
  readonly key: string;
  readonly orderId: OrderId;
  /** Default: all that is still held or, after release, all that was not taken back yet. */
  readonly amount: Money | undefined;
  readonly reason: string;
}

/** Refunds by the seller (own orders) or an operator. */
export class RefundCreateService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly refunds: RefundService,
  ) {}

  async create(viewer: Viewer, { key, orderId, amount, reason }: RefundInput): Promise<RefundId> {
    requireScope(viewer, 'payments:write');
    const input = { orderId, amount: amount ?? null, reason };
    const intent = { scope: `${actorOf(viewer)}:refundCreate`, key, input };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const held = await lockHeld(tx, { orderId });
        const { escrow, tranche } = held ?? {};
        if (held === undefined || escrow === undefined || tranche === undefined) {
          throw refuse('NOT_FOUND', { field: ['input', 'orderId'] });
        }
        if (!(await this.sellers.mayActFor(viewer, escrow.sellerId, 'payments:write', tx))) {
          throw refuse('NOT_FOUND', { field: ['input', 'orderId'] });
        }
        if (amount !== undefined && amount.currency !== escrow.currency) {
          throw refuse('AMOUNT_INVALID', { field: ['input', 'amount', 'currencyCode'] });
        }
        const rest = tranche.availableMinor || tranche.releasedMinor - tranche.clawedBackMinor;
        const wanted = amount?.minor ?? rest;
        if (rest === 0n) throw refuse('AMOUNT_EXCEEDS_AVAILABLE');
        return this.refunds.refundIn(tx, held, wanted, reason);
      }),
    );
  }
}
