import { toDecimal } from '#kernel/money/money';

/** What a receipt says; amounts in minor units as text. */
export interface ReceiptContent {
  readonly tenders: readonly {
    readonly number: number;
    readonly amountMinor: string;
    readonly isCredit: boolean;
    readonly brand: string | null;
    readonly last4: string | null;
  }[];
  readonly orders: readonly {
    readonly orderId: string;
    readonly sellerId: string;
    readonly totalMinor: string;
    readonly taxMinor: string;
    readonly lines: readonly {
      readonly orderLineId: string;
      readonly quantity: number;
      readonly amountMinor: string;
    }[];
  }[];
}

/** A payment that is complete, as its receipt tells it. */
export interface PaidInFull {
  readonly tenders: readonly {
    readonly id: string;
    readonly number: number;
    readonly amountMinor: bigint;
    readonly isCredit: boolean;
    readonly brand: string | null;
    readonly last4: string | null;
  }[];
  readonly orders: readonly {
    readonly orderId: string;
    readonly sellerId: string;
    readonly wholeMinor: bigint;
    readonly taxMinor: bigint;
    readonly lines: ReceiptContent['orders'][number]['lines'] | null;
  }[];
}

/** What is written down of a payment; the card of its last tender is told by the news that completes it. */
export const receiptOf = (
  { tenders, orders }: PaidInFull,
  {
    tenderId,
    card,
  }: {
    readonly tenderId: string;
    readonly card: { readonly brand: string; readonly last4: string } | undefined;
  },
): ReceiptContent => ({
  tenders: tenders.map(({ id, number, amountMinor, isCredit, brand, last4 }) => ({
    ...{ number, amountMinor: amountMinor.toString(), isCredit, brand, last4 },
    ...(id === tenderId ? card : undefined),
  })),
  orders: orders.map(({ orderId, sellerId, wholeMinor, taxMinor, lines }) => ({
    ...{ orderId, sellerId, totalMinor: wholeMinor.toString(), taxMinor: taxMinor.toString() },
    lines: lines ?? [],
  })),
});

/** A receipt as it is shown. */
export interface ShownReceipt {
  readonly number: bigint;
  readonly issuedAt: Date;
  readonly currency: string;
  readonly content: ReceiptContent;
}

/** How a receipt is called. */
export const receiptNumber = (number: bigint): string => `R-${String(number).padStart(8, '0')}`;

/** A receipt as a page of its own. The same receipt is the same page for ever: refunds are not part of it. */
export function receiptPage({ number, issuedAt, currency, content }: ShownReceipt): string {
  const name = escape(receiptNumber(number));
  const money = (minor: string): string =>
    escape(`${toDecimal({ minor: BigInt(minor), currency })} ${currency}`);
  const row = (...cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  const orders = content.orders.map(
    ({ orderId, sellerId, totalMinor, taxMinor, lines }) =>
      `<h2>${escape(orderId)}</h2><p>${escape(sellerId)}</p><table>` +
      lines
        .map((line) =>
          row(escape(line.orderLineId), String(line.quantity), money(line.amountMinor)),
        )
        .join('') +
      row('Total', '', money(totalMinor)) +
      row('Tax withheld', '', money(taxMinor)) +
      '</table>',
  );
  const tenders = content.tenders.map(({ isCredit, brand, last4, amountMinor }) => {
    const card = [brand ?? 'Payment', last4 === null ? '' : `…${last4}`].join(' ').trim();
    return row(escape(isCredit ? 'Credit' : card), money(amountMinor));
  });
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>` +
    `<h1>Receipt ${name}</h1><p>${escape(issuedAt.toISOString())}</p>${orders.join('')}` +
    `<h2>Paid</h2><table>${tenders.join('')}</table></html>`
  );
}

const ESCAPED: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (one) => ESCAPED[one] ?? one);
