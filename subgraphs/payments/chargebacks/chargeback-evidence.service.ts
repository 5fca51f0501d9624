import type { OrderId, SellerId } from '#contracts/ids';
import type { CaseLookup } from '../evidence/evidence-case.service';
import { lockCase } from './chargeback-case.service';
import { chargebackMachine } from './chargeback.machine';

/**
 * A chargeback as a case that evidence belongs to, until the answer is on its way. The payer's side is the bank, so the
 * buyer adds none; the seller does when all orders of the payment are theirs, like answering it.
 */
export const chargebackCase: CaseLookup = async (tx, caseId) => {
  const row = await lockCase(tx, { id: caseId });
  if (row === undefined) return undefined;
  const [order, ...others] = await tx.query<{ orderId: OrderId; sellerId: SellerId }>(
    `select e."orderId", e."sellerId" from escrow e join payment p on e."orderId" = any (p."orderIds")
     where p.id = $1 order by e.id`,
    [row.paymentId],
  );
  if (order === undefined) return undefined;
  const isTheirs = others.every(({ sellerId }) => sellerId === order.sellerId);
  const mayBeSent =
    row.state === 'WARNING' || chargebackMachine.next(row.state, 'submit') !== undefined;
  return {
    ...{ caseId, orderId: order.orderId, buyerId: '', sellerId: isTheirs ? order.sellerId : '' },
    open: mayBeSent && row.dueAt > tx.now,
    added: () => Promise.resolve(), // the answer tells of it
  };
};
