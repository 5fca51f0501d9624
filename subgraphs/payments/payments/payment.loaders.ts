import type { Party } from '../payments.party';
import type { InCurrency, Rows } from '../payments.rows';
import type { ReceiptRow } from '../receipts/receipt.entity';
import type { RefundLineRow } from '../refunds/refund-line.entity';
import type { RefundRow } from '../refunds/refund.entity';
import type { PaymentRow } from './payment.entity';
import type { TenderRow } from './tender.entity';

/** What buyers paid, have in writing and got back. */
export const paymentLoaders = (rows: Rows, party: Party) => ({
  payment: rows.one<PaymentRow>(
    'select * from payment where id = any ($1)',
    (row) => row.id,
    (row) => party.reads(row.buyerId),
  ),
  /** The latest attempt to pay a group: a new one is only made when the one before came to nothing. */
  paymentByGroup: rows.one<PaymentRow>(
    `select distinct on ("orderGroupId") * from payment where "orderGroupId" = any ($1)
     order by "orderGroupId", id desc`,
    (row) => row.orderGroupId,
    (row) => party.reads(row.buyerId),
  ),
  groupBuyer: rows.one<{ id: string; buyerId: string }>(
    'select id, "buyerId" from "orderGroup" where id = any ($1)',
    (row) => row.id,
    (row) => party.reads(row.buyerId),
  ),
  tenders: rows.many<InCurrency<TenderRow>>(
    `select t.*, p.currency from tender t join payment p on p.id = t."paymentId"
     where t."paymentId" = any ($1) order by t.number`,
    (row) => row.paymentId,
  ),
  /** The caller sees the payment. */
  receipt: rows.one<ReceiptRow>(
    'select * from receipt where "paymentId" = any ($1)',
    (row) => row.paymentId,
    () => true,
  ),
  /** The caller sees the payment. */
  refundsByPayment: rows.many<RefundRow>(
    'select * from refund where "paymentId" = any ($1) order by id',
    (row) => row.paymentId,
  ),
  refundsByOrder: rows.many<RefundRow>(
    'select * from refund where "orderId" = any ($1) order by id',
    (row) => row.orderId ?? '',
  ),
  refundLines: rows.many<InCurrency<RefundLineRow>>(
    `select r.id as "refundId", r.currency, l."orderLineId", sum(l.quantity)::int as quantity,
       sum(l."amountMinor")::bigint as "amountMinor"
     from "refundLine" l join refund r on r.id = l."refundId"
     where l."refundId" = any ($1) group by 1, 2, 3 order by 3`,
    (row) => row.refundId,
  ),
});
