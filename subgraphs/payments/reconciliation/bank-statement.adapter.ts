import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { isCurrency } from '#kernel/money/currency';
import { holdsCardNumber } from '#kernel/text/card-number.rules';
import type { BankLine } from './reconciliation.rules';

const MAX_LINES = 100_000;

const lineShape = z.object({
  id: z.string().min(1).max(200),
  date: z.coerce.date(),
  reference: z.string().max(500),
  currency: z.string().refine(isCurrency),
  amountMinor: z
    .union([z.string(), z.number().int()])
    .transform(String)
    .pipe(z.string().regex(/^-?\d{1,18}$/)),
});

/**
 * Lines of a bank statement: CSV with a header line, or a JSON list, with `id`, `date`, `reference`, `currency` and
 * `amountMinor` (positive: came in). Undefined when it is neither. The same id twice is the same line.
 */
export function readStatement(text: string): BankLine[] | undefined {
  const parsed = z.array(lineShape).max(MAX_LINES).safeParse(rowsOf(text.trim()));
  if (!parsed.success) return undefined;
  const lines = parsed.data.map(({ id, date, reference, currency, amountMinor }): BankLine => ({
    id,
    reference: masked(reference.trim()),
    currency,
    amountMinor: BigInt(amountMinor),
    bookedAt: date,
  }));
  return [...new Map(lines.map((line) => [line.id, line])).values()];
}

/** Payers write what they like; a card number among it is not kept, but its line is. */
const masked = (text: string): string => (holdsCardNumber(text) ? text.replace(/\d/g, '•') : text);

function rowsOf(text: string): unknown {
  if (text === '') return [];
  try {
    return text.startsWith('[')
      ? JSON.parse(text)
      : parse(text, { columns: namesOf, trim: true, skip_empty_lines: true });
  } catch {
    return undefined;
  }
}

/** A header line that is none would make every statement look empty. */
function namesOf(header: string[]): string[] {
  const wanted = Object.keys(lineShape.shape);
  if (wanted.every((name) => header.includes(name))) return header;
  throw new Error('no header line');
}
