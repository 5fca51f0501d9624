import type { OrderId, RefundId } from '#contracts/ids';
import { type Viewer, hasRole, requireScope } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { dryRun } from '#kernel/db/dry-run';
import { once } from '#kernel/db/idempotency';
import type { Money } from '#kernel/money/money';
import { type SellerService, actorOf } from '../balances/seller.service';
import type { Leaving } from '../escrow/split.rules';
import { lockHeld } from '../escrow/tranche.service';
import { postedIn } from '../ledger/posted.service';
import { refuse } from '../payments.errors';
import type { RefundLegRow } from './refund-leg.entity';
import type { RefundLineRow } from './refund-line.entity';
import { type RefundSum, refundSum } from './refund-preview.rules';
import type { RefundRow } from './refund.entity';
import { refundable } from './refund.rules';
import type { RefundService } from './refund.service';

/** A refund that a person asks for. */
export interface RefundInput {
  readonly key: string;
  readonly orderId: OrderId;
  /** Only out of this part of the order's money. */
  readonly trancheId: string | undefined;
  /** Or goods, at what they cost when they were ordered. */
  readonly lines: readonly Leaving[] | undefined;
  /** Default: all that is still held or, after release, all that was not taken back yet. */
  readonly amount: Money | undefined;
  readonly reason: string;
}

/** What a refund would be. */
export interface RefundPreviewed {
  readonly refund: RefundRow;
  readonly lines: readonly RefundLineRow[];
  /** By tender. */
  readonly legs: readonly RefundLegRow[];
  readonly sum: RefundSum;
}

/** Refunds by the seller (own orders) or an operator. */
export class RefundCreateService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly refunds: RefundService,
  ) {}

  async create(viewer: Viewer, { key, ...wanted }: RefundInput): Promise<RefundId> {
    requireScope(viewer, 'payments:write');
    const { orderId, trancheId, reason } = wanted;
    const input = { ...given(wanted), orderId, trancheId: trancheId ?? null, reason };
    const intent = { scope: `${actorOf(viewer)}:refundCreate`, key, input };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, () => this.createIn(tx, viewer, wanted)),
    );
  }

  /** Runs the refund as it is and rolls it back. */
  preview(viewer: Viewer, wanted: Omit<RefundInput, 'key' | 'reason'>): Promise<RefundPreviewed> {
    requireScope(viewer, 'payments:write');
    return dryRun(this.db, viewer, async (tx) => {
      const id = await this.createIn(tx, viewer, { ...wanted, reason: 'PREVIEW' });
      const refund = await tx.first<RefundRow>('select * from refund where id = $1', [id]);
      if (refund === undefined) throw new Error(`there is no refund ${id}`);
      const lines = await tx.query<RefundLineRow>(
        'select * from "refundLine" where "refundId" = $1 order by "orderLineId", "trancheId"',
        [id],
      );
      const legs = await tx.query<RefundLegRow>(
        'select * from "refundLeg" where "refundId" = $1 order by id',
        [id],
      );
      return { refund, lines, legs, sum: refundSum(await postedIn(tx)) };
    });
  }

  private async createIn(
    tx: Tx,
    viewer: Viewer,
    wanted: Omit<RefundInput, 'key'>,
  ): Promise<RefundId> {
    const { orderId, trancheId, lines, amount, reason } = wanted;
    const held = await lockHeld(tx, { orderId });
    if (held === undefined) throw refuse('NOT_FOUND', { field: ['input', 'orderId'] });
    const { escrow, tranches } = held;
    if (!(await this.sellers.mayActFor(viewer, escrow.sellerId, 'payments:write', tx))) {
      throw refuse('NOT_FOUND', { field: ['input', 'orderId'] });
    }
    if (amount !== undefined && amount.currency !== escrow.currency) {
      throw refuse('AMOUNT_INVALID', { field: ['input', 'amount', 'currencyCode'] });
    }
    const isOperator = hasRole(viewer, 'OPERATOR');
    const fault = isOperator ? 'PLATFORM' : 'SELLER';
    const terms = { cause: reason, mayOwe: isOperator, fault } as const;
    if (lines !== undefined) {
      return this.refunds.refundLinesIn(tx, held, { ...terms, lines: wantedLines(wanted) });
    }
    const some = tranches.filter(({ id }) => id === (trancheId ?? id));
    if (some.length === 0) throw refuse('NOT_FOUND', { field: ['input', 'trancheId'] });
    if (!(await this.refunds.mayRefund(tx, held))) throw refuse('REFUND_BLOCKED_BY_CHARGEBACK');
    const { held: left, released } = refundable(some);
    const amountMinor = amount?.minor ?? (left || released);
    if (left + released === 0n && some.every(({ state }) => state !== 'FROZEN')) {
      throw refuse('AMOUNT_EXCEEDS_AVAILABLE');
    }
    if (amount === undefined && amountMinor === 0n) throw refuse('TRANCHE_FROZEN');
    return this.refunds.refundIn(tx, held, { ...terms, amountMinor, trancheId });
  }
}

/** The key's digest of a refund without lines is what it was before there were any. */
const given = ({ amount, lines }: Omit<RefundInput, 'key'>) => ({
  amount: amount ?? null,
  ...(lines !== undefined && { lines }),
});

/** Goods are named alone and with whole quantities. */
function wantedLines({
  lines = [],
  amount,
  trancheId,
}: Omit<RefundInput, 'key'>): readonly Leaving[] {
  const field = ['input', 'lines'];
  if (amount !== undefined || trancheId !== undefined || lines.length === 0) {
    throw refuse('AMOUNT_INVALID', { field, message: 'Name goods, or an amount; not both.' });
  }
  if (lines.some(({ quantity }) => !Number.isInteger(quantity) || quantity < 1)) {
    throw refuse('AMOUNT_INVALID', { field, message: 'A quantity is at least 1.' });
  }
  return lines;
}
