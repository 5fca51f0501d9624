import type { Tx } from '#kernel/db/database';
import { CONTESTED } from './chargeback.machine';

/**
 * True while a bank has money of the payment of a locked order and nobody knows who keeps it: refunding it then would pay
 * twice. Most PSPs refuse it too.
 */
export async function isContested(tx: Tx, orderId: string): Promise<boolean> {
  const open = await tx.first(
    `select 1 as one from chargeback c join payment p on p.id = c."paymentId"
     where $1 = any (p."orderIds") and c.state = any ($2) limit 1`,
    [orderId, CONTESTED],
  );
  return open !== undefined;
}
