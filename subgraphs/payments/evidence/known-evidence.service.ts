import type { OrderId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { addOwnEvidenceIn } from './evidence.service';
import { type KnownOrder, knownEvidence } from './known-evidence.rules';

const KNOWN = `
  select e."orderId", e.currency, e."totalMinor", e."fundedAt", c.text as contract,
    (select coalesce(jsonb_agg(jsonb_build_object('shipmentId', s."shipmentId",
        'tracked', s.tracked, 'deliveredAt', s."deliveredAt") order by s."shipmentId"), '[]')
      from (select t."shipmentId", bool_and(t.tracked) as tracked,
          max(t."deliveredAt") as "deliveredAt"
        from tranche t where t."escrowId" = e.id and t."shipmentId" is not null group by 1) s)
      as parcels
  from escrow e left join "contractSnapshot" c on c."orderId" = e."orderId"
  where e."orderId" = $1`;

type KnownRow = Omit<KnownOrder, 'parcels'> & {
  readonly parcels: { shipmentId: string; tracked: boolean; deliveredAt: string | null }[];
};

/** Files what payments knows of an order in a case that begins. */
export async function fileKnownIn(
  tx: Tx,
  theCase: { readonly caseId: string; readonly orderId: OrderId },
): Promise<void> {
  const row = await tx.first<KnownRow>(KNOWN, [theCase.orderId]);
  if (row === undefined) throw new Error(`there is no money of ${theCase.orderId}`);
  const parcels = row.parcels.map(({ deliveredAt, ...parcel }) => ({
    ...parcel,
    deliveredAt: deliveredAt === null ? null : new Date(deliveredAt),
  }));
  for (const { field, text } of knownEvidence({ ...row, parcels })) {
    await addOwnEvidenceIn(tx, theCase, field, text);
  }
}
