// Groups as printed on cards (4-4-4-4, 4-6-5), standing alone: a UUID holds none and is never mistaken for one.
const GROUPED =
  /(?<![0-9A-Za-z])\d{4}(?:([ -])\d{4}\1\d{4}\1\d{1,7}|([ -])\d{6}\2\d{5})(?![0-9A-Za-z])/g;
const UNBROKEN = /\d+/g;
/** Digests and ids of 128 bits and more in hexadecimal: about one in 300 holds digits that a card could have. */
const HEXADECIMAL = /(?<![0-9A-Za-z])(?=\d*[A-Fa-f])[0-9A-Fa-f]{32,}(?![0-9A-Za-z])/g;
/** First digits of the card networks: 3-6, and 2221-2720. */
const NETWORK = /^(?:[3-6]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/;

/**
 * What in a text may be a card number: 13 to 19 digits with a right check digit, unbroken or in groups, but not inside of
 * a long hexadecimal id. Digits only.
 */
export function checkedDigitsIn(whole: string): string[] {
  const text = whole.replace(HEXADECIMAL, 'x');
  const found = [
    ...(text.match(UNBROKEN) ?? []),
    ...(text.match(GROUPED) ?? []),
    ...(/^[\d -]+$/.test(text) ? [text] : []),
  ];
  return found
    .map((run) => run.replace(/[ -]/g, ''))
    .filter((digits) => digits.length >= 13 && digits.length <= 19 && luhn(digits));
}

/**
 * True when a text holds a number that a card network could have given out. Milder than any right check digit, so that
 * one in ten clients who put the time in milliseconds into a key is not refused.
 */
export const holdsCardNumber = (text: string): boolean =>
  checkedDigitsIn(text).some((digits) => NETWORK.test(digits));

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const value = i % 2 === 0 ? digit : digit * 2;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
