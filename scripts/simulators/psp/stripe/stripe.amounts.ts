import { Refusal } from '../../shared/refusal';

/** Currencies without minor units that this dialect writes with two decimals all the same. */
const TWO_DECIMALS = new Set(['ISK', 'UGX']);
const MAX = 99_999_999n;

const factorOf = (currency: string): bigint => (TWO_DECIMALS.has(currency) ? 100n : 1n);

/** An amount as this dialect writes it: a number, ISK and UGX with two decimals. */
export const shown = (minor: string, currency: string): number =>
  Number(BigInt(minor) * factorOf(currency));

/** An amount of a request, in ISO 4217 minor units. */
export function minorOf(text: string, currency: string): string {
  const amount = /^[1-9][0-9]{0,17}$/.test(text) ? BigInt(text) : 0n;
  if (amount === 0n)
    throw new Refusal(400, 'parameter_invalid_integer', 'Invalid positive integer');
  if (amount > MAX) throw new Refusal(400, 'amount_too_large', 'at most 99999999');
  const factor = factorOf(currency);
  if (amount % factor !== 0n) {
    throw new Refusal(400, 'parameter_invalid_integer', `${currency} has no decimals`);
  }
  return String(amount / factor);
}
