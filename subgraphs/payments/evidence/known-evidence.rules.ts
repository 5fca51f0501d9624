import { toDecimal } from '#kernel/money/money';
import type { EvidenceField } from './evidence-field.rules';

/** What payments knows of a disputed order by itself. Ids, amounts and times; nothing personal. */
export interface KnownOrder {
  readonly orderId: string;
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly fundedAt: Date | null;
  /** What both accepted, where it is here. */
  readonly contract: string | null;
  readonly parcels: readonly {
    readonly shipmentId: string;
    readonly tracked: boolean;
    readonly deliveredAt: Date | null;
  }[];
}

/** Evidence that the platform files when a case begins, each with a field that banks know too. */
export function knownEvidence(known: KnownOrder): { field: EvidenceField; text: string }[] {
  const { orderId, currency, totalMinor, fundedAt, contract, parcels } = known;
  const amount = `${toDecimal({ minor: totalMinor, currency })} ${currency}`;
  const paid = fundedAt === null ? '' : `, paid ${fundedAt.toISOString()}`;
  return [
    ...(contract === null ? [] : [{ field: 'CONTRACT' as const, text: contract }]),
    { field: 'RECEIPT', text: `Order ${orderId}: ${amount}${paid}` },
    ...parcels.map(({ shipmentId, tracked, deliveredAt }) => ({
      field:
        deliveredAt === null ? ('SHIPPING_DOCUMENTATION' as const) : ('PROOF_OF_DELIVERY' as const),
      text: `${tracked ? 'Tracked' : 'Untracked'} parcel ${shipmentId} ${
        deliveredAt === null ? 'left the seller' : `arrived ${deliveredAt.toISOString()}`
      }`,
    })),
  ];
}
