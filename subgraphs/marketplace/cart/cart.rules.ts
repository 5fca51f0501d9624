/** What blocks buying a line. */
export type CartProblemCode =
  'OUT_OF_STOCK' | 'OFFER_UNAVAILABLE' | 'SELLER_RESTRICTED' | 'CURRENCY_MISMATCH';

/** A line of a cart with what is true of its offer now. */
export interface JudgedLine {
  readonly id: string;
  readonly quantity: number;
  readonly currency: string;
  readonly offerState: string;
  readonly sellingAllowed: boolean;
  /** Units not reserved by anyone. */
  readonly available: number;
}

export interface CartProblem {
  readonly code: CartProblemCode;
  readonly lineId: string;
}

export const MAX_LINES = 100;
const MAX_QUANTITY = 10_000;

/** The first problem of each line, in the order of the lines. */
export const problemsOf = (currency: string | null, lines: readonly JudgedLine[]): CartProblem[] =>
  lines.flatMap((line) => {
    const code = problemOf(currency, line);
    return code === undefined ? [] : [{ code, lineId: line.id }];
  });

function problemOf(currency: string | null, line: JudgedLine): CartProblemCode | undefined {
  if (line.offerState !== 'LIVE') return 'OFFER_UNAVAILABLE';
  if (!line.sellingAllowed) return 'SELLER_RESTRICTED';
  if (currency !== null && line.currency !== currency) return 'CURRENCY_MISMATCH';
  return line.available < line.quantity ? 'OUT_OF_STOCK' : undefined;
}

/** True for a number of units that one line may hold. */
export const isQuantity = (quantity: number): boolean =>
  Number.isInteger(quantity) && quantity >= 1 && quantity <= MAX_QUANTITY;
