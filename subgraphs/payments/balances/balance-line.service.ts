import { fact } from '#contracts/fact';
import type { FactInput } from '#contracts/facts';
import { type SellerId, topics } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { balanceTransactionIds } from '../payments.ids';
import type { BalanceTransactionKind } from './balance.rules';

/** A change of a seller's money that no other row explains. */
export interface NewLine {
  readonly kind: BalanceTransactionKind;
  /** The seller's available account. */
  readonly accountId: bigint;
  readonly sellerId: SellerId;
  readonly currency: string;
  /** Positive adds. */
  readonly amountMinor: bigint;
  readonly orderId?: string | null;
  readonly cause: string;
  /** From when on it counts; at once by default. */
  readonly availableAt?: Date;
  /** What it is about; one line of a kind each. */
  readonly causeId: string;
}

/** Writes the line that explains a change. Another fact tells of it. */
export async function writeLine(tx: Tx, line: NewLine): Promise<string> {
  const id = balanceTransactionIds.create();
  const { kind, accountId, sellerId, currency, amountMinor, cause, causeId } = line;
  await tx.query(
    `insert into "balanceTransaction" (id, kind, "accountId", "sellerId", currency, "amountMinor",
       "orderId", cause, "causeId", "occurredAt", "availableAt")
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      ...[id, kind, accountId, sellerId, currency, amountMinor, line.orderId ?? null, cause],
      ...[causeId, tx.now, line.availableAt ?? tx.now],
    ],
  );
  return id;
}

/** Kinds of lines that no other fact tells of. */
type ToldKind = BalanceTransactionKind & FactInput<'balance.changed'>['cause'];

/** The same where no other fact tells of the change: whoever follows the balance hears of it. */
export async function addLine(tx: Tx, line: NewLine & { kind: ToldKind }): Promise<void> {
  const { kind, sellerId, currency, amountMinor } = line;
  if (amountMinor === 0n) return;
  const subject = await writeLine(tx, line);
  const about = { subject, version: 1, topics: [topics.sellerBalance(sellerId)] };
  const data = { sellerId, cause: kind, amountMinor: amountMinor.toString(), currency };
  tx.publish(fact('balance.changed', about, data));
}
