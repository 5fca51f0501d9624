import { Refusal } from '../shared/refusal';

const GROUPED = /(?<![0-9])(?:[0-9]{4}[ -]){3}[0-9]{1,7}(?![0-9])/g;

/** Whether a text is, or holds in groups of four, 13 to 19 digits with a right Luhn digit. */
export function looksLikeCardNumber(text: string): boolean {
  const candidates = [text, ...(text.match(GROUPED) ?? [])];
  return candidates.some((candidate) => {
    const digits = candidate.replace(/[ -]/g, '');
    return /^[0-9]{13,19}$/.test(digits) && luhn(digits);
  });
}

/** Refuses card numbers. The answer is not remembered, so no trace of the number is kept. */
export function refuseCardNumbers(texts: readonly string[]): void {
  if (!texts.some(looksLikeCardNumber)) return;
  const message = 'send a token: card numbers are never accepted';
  throw new Refusal(422, 'CARD_NUMBER_REFUSED', message, false);
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const value = at % 2 === 1 ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
