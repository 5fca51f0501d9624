import { exponentOf } from './currency';

/** An amount in the currency's smallest unit. Never a float: `bigint` cannot hold half a cent. */
export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

/** An amount of `minor` units of an ISO 4217 currency. Throws on an unknown currency. */
export function money(minor: bigint, currency: string): Money {
  if (exponentOf(currency) === undefined) throw new RangeError(`unknown currency ${currency}`);
  return { minor, currency };
}

export function add(left: Money, right: Money): Money {
  assertSameCurrency(left, right);
  return { minor: left.minor + right.minor, currency: left.currency };
}

/** Adds any number of amounts of one currency; an empty list is zero. */
export const sum = (amounts: readonly Money[], currency: string): Money =>
  amounts.reduce(add, money(0n, currency));

/** Sum of minor units. */
export const total = (minors: readonly bigint[]): bigint => minors.reduce((a, b) => a + b, 0n);

/**
 * Splits minor units by weights without losing one: largest remainder, ties to the earlier share.
 * Weights must not be negative and must add up to more than zero. Works for negative totals too.
 */
export function allocateMinor(minor: bigint, weights: readonly bigint[]): bigint[] {
  const sumOfWeights = total(weights);
  if (weights.some((w) => w < 0n) || sumOfWeights <= 0n) {
    throw new RangeError('weights must not be negative and must add up to more than zero');
  }
  const sign = minor < 0n ? -1n : 1n;
  const size = minor * sign;
  const shares = weights.map((weight) => (size * weight) / sumOfWeights);
  let left = size - total(shares);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (size * weight) % sumOfWeights }))
    .sort((a, b) =>
      a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
    );
  for (const { index } of byRemainder) {
    if (left === 0n) break;
    shares[index] = (shares[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return shares.map((share) => share * sign);
}

/** `allocateMinor` for an amount. */
export const allocate = (amount: Money, weights: readonly bigint[]): Money[] =>
  allocateMinor(amount.minor, weights).map((minor) => ({ minor, currency: amount.currency }));

/** Basis points of an amount, rounded half up (away from zero for positive amounts). */
export const basisPoints = (minor: bigint, bps: bigint): bigint => (minor * bps + 5_000n) / 10_000n;

/** `12345` minor units of a two-decimal currency as `"123.45"`. */
export function toDecimal({ minor, currency }: Money): string {
  const exponent = exponentOf(currency) ?? 2;
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent);
  return `${minor < 0n ? '-' : ''}${whole}${exponent === 0 ? '' : `.${fraction}`}`;
}

/** Reads a plain decimal (`"123.45"`). Undefined when it is malformed or has more places than the currency. */
export function fromDecimal(text: string, currency: string): Money | undefined {
  const exponent = exponentOf(currency);
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(text);
  if (exponent === undefined || match === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (fraction.length > exponent) return undefined;
  const minor = BigInt(whole + fraction.padEnd(exponent, '0'));
  return { minor: sign === '-' ? -minor : minor, currency };
}

function assertSameCurrency(left: Money, right: Money): void {
  if (left.currency !== right.currency) {
    throw new RangeError(`cannot mix ${left.currency} and ${right.currency}`);
  }
}
