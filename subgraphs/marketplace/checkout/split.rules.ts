import { allocateMinor, basisPoints, total } from '#kernel/money/money';

/** Share of goods and shipping that the marketplace keeps: 10 %. */
const COMMISSION_BPS = 1_000n;

/** What is bought of one offer. Amounts are minor units of the checkout's currency. */
export interface SplitLine<Seller extends string = string> {
  readonly sellerId: Seller;
  readonly quantity: number;
  readonly unitMinor: bigint;
  /** Shipping of one unit. */
  readonly unitShippingMinor: bigint;
}

/** Whole amounts, not per unit. */
export interface Amounts {
  readonly subtotalMinor: bigint;
  readonly shippingMinor: bigint;
  readonly taxMinor: bigint;
  readonly commissionMinor: bigint;
  /** What the buyer pays: goods, shipping and tax. The commission is inside it. */
  readonly totalMinor: bigint;
}

export interface SellerPart<Line extends SplitLine> {
  readonly sellerId: Line['sellerId'];
  readonly amounts: Amounts;
  readonly lines: readonly { readonly line: Line; readonly amounts: Amounts }[];
}

export interface Split<Line extends SplitLine> {
  /** One part per seller, in the order in which sellers first appear. */
  readonly parts: readonly SellerPart<Line>[];
  readonly amounts: Amounts;
}

/**
 * Divides a checkout into one order per seller. An order's commission is rounded once and divided over its lines by
 * largest remainder, and every sum is built from below, so lines add up to orders and orders to the checkout exactly.
 */
export function splitBySeller<Line extends SplitLine>(lines: readonly Line[]): Split<Line> {
  const bySeller = new Map<Line['sellerId'], Line[]>();
  for (const line of lines) {
    bySeller.set(line.sellerId, [...(bySeller.get(line.sellerId) ?? []), line]);
  }
  const parts = [...bySeller].map(([sellerId, own]) => partOf(sellerId, own));
  return { parts, amounts: sumOf(parts.map(({ amounts }) => amounts)) };
}

function partOf<Line extends SplitLine>(
  sellerId: Line['sellerId'],
  lines: readonly Line[],
): SellerPart<Line> {
  const values = lines.map(lineValue);
  const base = total(values);
  const commission = basisPoints(base, COMMISSION_BPS);
  const shares = base === 0n ? values : allocateMinor(commission, values);
  const priced = lines.map((line, i) => ({ line, amounts: amountsOf(line, shares[i] ?? 0n) }));
  return { sellerId, lines: priced, amounts: sumOf(priced.map(({ amounts }) => amounts)) };
}

/** Goods and shipping of a line. */
export const lineValue = ({ quantity, unitMinor, unitShippingMinor }: SplitLine): bigint =>
  BigInt(quantity) * (unitMinor + unitShippingMinor);

function amountsOf(line: SplitLine, commissionMinor: bigint): Amounts {
  return {
    subtotalMinor: BigInt(line.quantity) * line.unitMinor,
    shippingMinor: BigInt(line.quantity) * line.unitShippingMinor,
    taxMinor: 0n,
    commissionMinor,
    totalMinor: lineValue(line),
  };
}

function sumOf(all: readonly Amounts[]): Amounts {
  return {
    subtotalMinor: total(all.map((a) => a.subtotalMinor)),
    shippingMinor: total(all.map((a) => a.shippingMinor)),
    taxMinor: total(all.map((a) => a.taxMinor)),
    commissionMinor: total(all.map((a) => a.commissionMinor)),
    totalMinor: total(all.map((a) => a.totalMinor)),
  };
}
