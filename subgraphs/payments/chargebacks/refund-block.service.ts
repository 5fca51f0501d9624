import type { Tx } from '#kernel/db/database';
import { CONTESTED } from './chargeback.machine';

// Written out: only so does the planner see that the index of open cases fits.
const STATES = CONTESTED.map((state) => `'${state}'`).join(', ');

/** Whether the payment that brought an order its money is contested. Exported for a look at its plan. */
export const CONTESTED_ORDER = `
  select 1 as one from escrow e
    join payment p on p."orderGroupId" = e."orderGroupId" and p.state = 'CAPTURED'
      and e."orderId" = any (p."orderIds")
    join chargeback c on c."paymentId" = p.id and c.state in (${STATES})
  where e."orderId" = $1 limit 1`;

/**
 * True while a bank has money of the payment of a locked order and nobody knows who keeps it: refunding it then would pay
 * twice. Most PSPs refuse it too. A payment that failed has nothing to do with it: another one paid the order.
 */
export async function isContested(tx: Tx, orderId: string): Promise<boolean> {
  return (await tx.first(CONTESTED_ORDER, [orderId])) !== undefined;
}
