import type { Queries } from '#kernel/db/database';
import type { FiledFile } from './packet-files.rules';
import type { FiledText, KnownOrder } from './packet.rules';

// Amounts travel as text inside JSON: JSON numbers lose digits.
const KNOWN = `
  select e."orderId", e.currency, e."totalMinor",
    (select coalesce(jsonb_agg(jsonb_build_object('orderLineId', g."orderLineId",
        'quantity', g.quantity) order by g."orderLineId"), '[]')
      from (select l."orderLineId", sum(l.quantity)::int as quantity
        from "trancheLine" l join tranche t on t.id = l."trancheId"
        where t."escrowId" = e.id group by 1) g) as lines,
    (select coalesce(jsonb_agg(jsonb_build_object('shipmentId', s."shipmentId",
        'tracked', s.tracked, 'deliveredAt', s."deliveredAt") order by s."shipmentId"), '[]')
      from (select t."shipmentId", bool_and(t.tracked) as tracked,
          max(t."deliveredAt") as "deliveredAt"
        from tranche t where t."escrowId" = e.id and t."shipmentId" is not null group by 1) s)
      as parcels,
    (select min(o.time) from outbox o where o.subject = e.id and o.type = 'escrow.released'
      and o.data->>'cause' = 'RECEIPT_CONFIRMED') as "confirmedAt",
    (select coalesce(jsonb_agg(jsonb_build_object('refundId', r.id,
        'amountMinor', r."amountMinor"::text, 'at', r."createdAt") order by r.id), '[]')
      from refund r where r."orderId" = e."orderId" and r.state = 'SUCCEEDED') as refunds
  from escrow e join payment p on e."orderId" = any (p."orderIds")
  where p.id = $1 order by e.id`;

type KnownRow = Omit<KnownOrder, 'parcels' | 'refunds'> & {
  readonly parcels: { shipmentId: string; tracked: boolean; deliveredAt: string | null }[];
  readonly refunds: { refundId: string; amountMinor: string; at: string }[];
};

/** What payments knows of the orders of a payment that speaks for them. */
export async function knownOrders(db: Queries, paymentId: string): Promise<KnownOrder[]> {
  const rows = await db.query<KnownRow>(KNOWN, [paymentId]);
  return rows.map(({ parcels, refunds, ...order }) => ({
    ...order,
    parcels: parcels.map(({ deliveredAt, ...parcel }) => ({
      ...parcel,
      deliveredAt: deliveredAt === null ? null : new Date(deliveredAt),
    })),
    refunds: refunds.map(({ amountMinor, at, ...refund }) => ({
      ...refund,
      amountMinor: BigInt(amountMinor),
      at: new Date(at),
    })),
  }));
}

/**
 * Texts that speak for the orders of a payment: filed in a case about it, or (known to both parties) in disputes about
 * its orders, by the seller's side or by operators. What the platform filed itself it knows better now.
 */
export const filedTexts = (
  db: Queries,
  { id, paymentId }: { readonly id: string; readonly paymentId: string },
): Promise<FiledText[]> =>
  db.query<FiledText>(
    `select v.field, convert_from(b.content, 'UTF8') as text
     from evidence v join "evidenceBlob" b on b.hash = v."contentHash"
     where v.side in ('SELLER', 'OPERATOR') and v.visibility = 'PARTIES'
       and v."contentType" = 'text/plain' and (v."caseId" = $1 or v."caseId" in (
         select d.id from payment p join dispute d on d."orderId" = any (p."orderIds")
         where p.id = $2))
     order by v."caseId", v.number`,
    [id, paymentId],
  );

/** Files that speak for the orders of a payment, oldest first: filed like its texts. */
export const filedFiles = (
  db: Queries,
  { id, paymentId }: { readonly id: string; readonly paymentId: string },
): Promise<FiledFile[]> =>
  db.query<FiledFile>(
    `select v.field, v."contentHash" as hash, v."contentType", v.size,
       coalesce(v."fileName", 'evidence') as name, v."caseId" = $1 as "isOwn"
     from evidence v
     where v.side in ('SELLER', 'OPERATOR') and v.visibility = 'PARTIES'
       and v."contentType" <> 'text/plain' and (v."caseId" = $1 or v."caseId" in (
         select d.id from payment p join dispute d on d."orderId" = any (p."orderIds")
         where p.id = $2))
     order by v."addedAt", v."caseId", v.number`,
    [id, paymentId],
  );
