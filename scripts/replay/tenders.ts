import type { OlistOrder } from './olist.files';

const CURRENCY = 'BRL';

/** The file's payments as tenders. Where they do not add up to the goods, the last one is moved to the total. */
export function tendersOf(file: OlistOrder, total: bigint) {
  const paid = file.payments.filter(({ valueMinor }) => valueMinor > 0n);
  const others = paid.slice(0, -1);
  const rest = total - others.reduce((sum, { valueMinor }) => sum + valueMinor, 0n);
  const parts =
    rest > 0n && paid.length > 0
      ? [...others, { type: paid.at(-1)?.type ?? 'credit_card', valueMinor: rest }]
      : [{ type: 'credit_card', valueMinor: total }];
  return parts.map(({ type, valueMinor }) => ({
    token: type === 'boleto' ? 'tok_late_success' : 'tok_ok',
    amount: { minorUnits: String(valueMinor), currencyCode: CURRENCY },
  }));
}
