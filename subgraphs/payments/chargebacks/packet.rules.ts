import { toDecimal } from '#kernel/money/money';
import { EVIDENCE_FIELDS, type EvidenceField } from '../evidence/evidence-field.rules';

/** What is known of one order of a disputed payment. Nothing personal: ids, amounts and times only. */
export interface KnownOrder {
  readonly orderId: string;
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[];
  readonly parcels: readonly {
    readonly shipmentId: string;
    readonly tracked: boolean;
    readonly deliveredAt: Date | null;
  }[];
  /** When the buyer said that the goods arrived well. */
  readonly confirmedAt: Date | null;
  readonly refunds: readonly {
    readonly refundId: string;
    readonly amountMinor: bigint;
    readonly at: Date;
  }[];
}

/** A text that the seller's side or an operator filed in a dispute about one of the orders. */
export interface FiledText {
  readonly field: EvidenceField;
  readonly text: string;
}

/** Longest text that the PSP takes in one field. */
const LONGEST = 20_000;

/**
 * The evidence that the platform has, and what was filed, by Stripe's names of fields. Empty fields are left out.
 * `enclosed`: what is said of files.
 */
export function packetOf(
  orders: readonly KnownOrder[],
  statement: string | undefined,
  filed: readonly FiledText[] = [],
  enclosed: readonly string[] = [],
): Readonly<Record<string, string>> {
  const delivered = orders
    .flatMap(({ parcels }) => parcels.map(({ deliveredAt }) => deliveredAt))
    .filter((at) => at !== null)
    .sort((a, b) => b.getTime() - a.getTime());
  const [last] = delivered;
  const known: Readonly<Record<string, string>> = {
    product_description: orders.map(goodsOf).join('\n'),
    service_date: last === undefined ? '' : last.toISOString().slice(0, 10),
    refund_refusal_explanation: orders.flatMap(refundsOf).join('\n'),
    uncategorized_text: [statement ?? '', ...orders.flatMap(arrivalOf), ...enclosed]
      .filter(Boolean)
      .join('\n'),
  };
  const fields = new Map(Object.entries(known));
  for (const { field, text } of filed) {
    const name = EVIDENCE_FIELDS[field].text;
    if (name !== null) fields.set(name, [fields.get(name), text].filter(Boolean).join('\n'));
  }
  return Object.fromEntries(
    [...fields]
      .filter(([, text]) => text !== '')
      .map(([name, text]) => [name, text.slice(0, LONGEST)]),
  );
}

const amountOf = (minor: bigint, currency: string): string =>
  `${toDecimal({ minor, currency })} ${currency}`;

const goodsOf = ({ orderId, lines, totalMinor, currency }: KnownOrder): string => {
  const goods = lines.map(({ quantity, orderLineId }) => `${quantity} x ${orderLineId}`).join(', ');
  return `Order ${orderId} for ${amountOf(totalMinor, currency)}${goods && `: ${goods}`}`;
};

const refundsOf = ({ orderId, refunds, currency }: KnownOrder): string[] =>
  refunds.map(
    ({ refundId, amountMinor, at }) =>
      `${amountOf(amountMinor, currency)} of order ${orderId} was refunded already: ${refundId}, ${at.toISOString()}`,
  );

const arrivalOf = ({ orderId, parcels, confirmedAt }: KnownOrder): string[] => [
  ...parcels.map(({ shipmentId, tracked, deliveredAt }) => {
    const how = tracked ? 'tracked' : 'untracked';
    const when = deliveredAt === null ? 'left the seller' : `arrived ${deliveredAt.toISOString()}`;
    return `Order ${orderId}: ${how} parcel ${shipmentId} ${when}`;
  }),
  ...(confirmedAt === null
    ? []
    : [`Order ${orderId}: the buyer confirmed the receipt ${confirmedAt.toISOString()}`]),
];
