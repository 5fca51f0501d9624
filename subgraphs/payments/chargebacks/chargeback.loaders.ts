import type { OrderId } from '#contracts/ids';
import type { Party } from '../payments.party';
import type { Rows } from '../payments.rows';
import type { ChargebackRow } from './chargeback.entity';

/** An order of a disputed payment, and what it bears of the chargeback. */
export interface ChargebackOrder {
  readonly chargebackId: string;
  readonly orderId: OrderId;
  readonly sellerId: string;
  readonly buyerId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** What banks took back, and of which orders. */
export function chargebackLoaders(rows: Rows, party: Party) {
  const chargebackOrders = rows.many<ChargebackOrder>(
    `select c.id as "chargebackId", e."orderId", e."sellerId", e."buyerId", c.currency,
       (select coalesce(sum(x."amountMinor"), 0)::bigint from "chargebackPart" x
         where x."chargebackId" = c.id and x."escrowId" = e.id and not x.replaced) as "amountMinor"
     from chargeback c join payment p on p.id = c."paymentId"
       join escrow e on e."orderId" = any (p."orderIds")
     where c.id = any ($1) order by e.id`,
    (row) => row.chargebackId,
  );
  /** Orders of a chargeback that the viewer is a party of; all of them for operators and auditors. */
  const ordersOf = async (chargebackId: string): Promise<ChargebackOrder[]> => {
    const orders = await chargebackOrders.load(chargebackId);
    const seen = await Promise.all(orders.map((order) => party.sees(order)));
    return orders.filter((_, n) => seen[n]);
  };
  return {
    /** Orders of chargebacks, with what each bears. */
    chargebackOrders,
    ordersOf,
    chargeback: rows.one<ChargebackRow>(
      'select * from chargeback where id = any ($1)',
      (row) => row.id,
      async ({ id }) => (await ordersOf(id)).length > 0,
    ),
    chargebacksByPayment: rows.many<ChargebackRow>(
      'select * from chargeback where "paymentId" = any ($1) order by id',
      (row) => row.paymentId,
    ),
    chargebacksByOrder: rows.many<ChargebackRow & { readonly orderId: string }>(
      `select c.*, e."orderId" from escrow e
         join payment p on p."orderGroupId" = e."orderGroupId" and e."orderId" = any (p."orderIds")
         join chargeback c on c."paymentId" = p.id
       where e."orderId" = any ($1) order by c.id`,
      (row) => row.orderId,
    ),
  };
}
