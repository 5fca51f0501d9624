import type { Tx } from '#kernel/db/database';
import type { Leg } from '../ledger/ledger.rules';
import type { RefundLegRow } from './refund-leg.entity';

/** Legs of a refund that go back to the buyer's credit and have not yet. */
export async function creditLegsOf(tx: Tx, refundId: string): Promise<string[]> {
  const legs = await tx.query<{ id: string }>(
    `select l.id from "refundLeg" l join tender t on t.id = l."tenderId"
     where l."refundId" = $1 and l.state = 'CREATED' and t."creditAccountId" is not null
     order by l.id`,
    [refundId],
  );
  return legs.map(({ id }) => id);
}

/** What is due goes back to the credit that was spent; undefined for a tender of a PSP. */
export async function toCredit(
  tx: Tx,
  { tenderId, amountMinor: amount }: RefundLegRow,
  debit: bigint,
): Promise<Leg | undefined> {
  const spent = await tx.first<{ credit: bigint; subject: string }>(
    `select "creditAccountId" as credit, "ledgerId" as subject from tender
     where id = $1 and "creditAccountId" is not null`,
    [tenderId],
  );
  return spent === undefined ? undefined : { code: 'CREDIT_REFUNDED', debit, ...spent, amount };
}

/** How many of these legs go to credit: nobody was asked to send them. */
export async function countCredit(tx: Tx, legs: readonly RefundLegRow[]): Promise<number> {
  const credits = await tx.query(
    `select 1 as one from tender where id = any ($1) and "creditAccountId" is not null`,
    [legs.map(({ tenderId }) => tenderId)],
  );
  return credits.length;
}
