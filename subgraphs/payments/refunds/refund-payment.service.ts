import type { PaymentId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { Held } from '../escrow/tranche.service';
import type { TenderRow } from '../payments/tender.entity';
import { refuse } from '../payments.errors';

/** The payments of an order, newest first. */
export async function paymentsOf(tx: Tx, { escrow }: Held): Promise<[PaymentId, ...PaymentId[]]> {
  const rows = await tx.query<{ id: PaymentId }>(
    `select id from payment where "orderGroupId" = $1 and state = 'CAPTURED'
       and $2 = any ("orderIds") order by "createdAt" desc, id desc`,
    [escrow.orderGroupId, escrow.orderId],
  );
  const [first, ...others] = rows.map(({ id }) => id);
  if (first !== undefined) return [first, ...others];
  throw refuse('AMOUNT_EXCEEDS_AVAILABLE', { message: 'Nothing was paid.' });
}

/** Tenders that money can go back to, locked; numbered so that those of the newest payment come last. */
export async function tendersOf(
  tx: Tx,
  paymentIds: readonly PaymentId[],
  tenderId: string | undefined,
): Promise<TenderRow[]> {
  const tenders = await tx.query<TenderRow>(
    `select t.* from tender t join payment p on p.id = t."paymentId"
     where p.id = any ($1) and ($2::text is null or t.id = $2)
     order by p."createdAt", t.number, t.id for no key update of t`,
    [paymentIds, tenderId ?? null],
  );
  return tenders.map((tender, number) => ({ ...tender, number }));
}
