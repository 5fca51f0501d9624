import type { Tx } from '#kernel/db/database';
import type { EscrowRow } from '../escrow/escrow.entity';
import { balanceTransactionIds } from '../payments.ids';

const LINE = `
  insert into "balanceTransaction" (id, "accountId", "sellerId", currency, kind, "amountMinor",
    "grossMinor", "commissionMinor", "taxMinor", "orderId", cause, "causeId", "occurredAt",
    "availableAt")
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'CHARGEBACK', $11, $12, $12)`;

/** What a part of a chargeback took from a seller. */
export interface LinePart {
  readonly id: string;
  /** What of it was the seller's own money: not fees, nor what an advance had taken. */
  readonly netMinor: bigint;
  readonly amountMinor: bigint;
  readonly commissionMinor: bigint;
  readonly taxMinor: bigint;
}

/** Explains to a seller what one part of a chargeback took from what had been released, or gave back of it. */
export async function addPartLine(
  tx: Tx,
  { sellerId, currency, orderId }: EscrowRow,
  available: bigint,
  { id, netMinor, amountMinor, commissionMinor, taxMinor }: LinePart,
  kind: 'CHARGEBACK' | 'CHARGEBACK_REVERSED',
): Promise<void> {
  const sign = kind === 'CHARGEBACK' ? -1n : 1n;
  if (netMinor === 0n) return;
  const amounts = [netMinor, amountMinor, commissionMinor, taxMinor].map((amount) => sign * amount);
  await tx.query(LINE, [
    ...[balanceTransactionIds.create(), available, sellerId, currency, kind],
    ...amounts,
    ...[orderId, id, tx.now],
  ]);
}
