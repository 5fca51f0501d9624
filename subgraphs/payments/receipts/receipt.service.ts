import type { Queries } from '#kernel/db/database';
import type { RefundRow } from '../refunds/refund.entity';
import type { ReceiptRow } from './receipt.entity';

/** Reads receipts. The caller sees the payment. */
export class ReceiptService {
  constructor(private readonly db: Queries) {}

  of(paymentId: string): Promise<ReceiptRow | undefined> {
    return this.db.first('select * from receipt where "paymentId" = $1', [paymentId]);
  }

  /** What was given back of a payment, oldest first. */
  refunds(paymentId: string): Promise<RefundRow[]> {
    return this.db.query('select * from refund where "paymentId" = $1 order by id', [paymentId]);
  }
}
