const DIGITS = /^\d(?:[ -]?\d){12,18}$/;
/** First digits of the card networks: 3-6, and 2221-2720. */
const NETWORK = /^(?:[3-6]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/;

/**
 * True when a whole text is a card number: 13-19 digits (single spaces or dashes between them) of a card network that
 * pass Luhn's check. Product and parcel codes (GTIN-13, SSCC-18) that pass their own check digit are not taken for one.
 */
export function isCardNumber(text: string): boolean {
  if (text.length > 40 || !DIGITS.test(text)) return false;
  const digits = text.replace(/[ -]/g, '');
  if (!NETWORK.test(digits) || !passesLuhn(digits)) return false;
  return !((digits.length === 13 || digits.length === 18) && passesGs1(digits));
}

function passesLuhn(digits: string): boolean {
  const sum = weigh(digits, (digit, fromRight) => {
    if (fromRight % 2 === 0) return digit;
    return digit > 4 ? 2 * digit - 9 : 2 * digit;
  });
  return sum % 10 === 0;
}

const passesGs1 = (digits: string): boolean =>
  weigh(digits, (digit, fromRight) => (fromRight % 2 === 0 ? digit : 3 * digit)) % 10 === 0;

const weigh = (digits: string, value: (digit: number, fromRight: number) => number): number =>
  Array.from(digits).reduceRight(
    (sum, digit, i) => sum + value(Number(digit), digits.length - 1 - i),
    0,
  );
