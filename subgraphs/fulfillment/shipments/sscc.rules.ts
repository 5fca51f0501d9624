const SERIALS = 10_000_000_000n;

/** The GS1 check digit (mod 10, weights 3 and 1 from the right) of a number without one. */
export function gs1CheckDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
}

/**
 * A Serial Shipping Container Code: extension digit, 7-digit company prefix, 9-digit serial, check digit. The serial's
 * tenth digit is the extension digit, so a prefix lasts for 10,000,000,000 parcels.
 */
export function sscc(companyPrefix: string, serial: bigint): string {
  if (!/^\d{7}$/.test(companyPrefix)) throw new RangeError('a company prefix has 7 digits here');
  if (serial < 0n || serial >= SERIALS) throw new RangeError('the serial numbers are used up');
  const [extension = '0', ...rest] = serial.toString().padStart(10, '0');
  const body = `${extension}${companyPrefix}${rest.join('')}`;
  return `${body}${gs1CheckDigit(body)}`;
}

/** True for 18 digits with a right check digit. */
export const isSscc = (text: string): boolean =>
  /^\d{18}$/.test(text) && gs1CheckDigit(text.slice(0, 17)) === Number(text[17]);
