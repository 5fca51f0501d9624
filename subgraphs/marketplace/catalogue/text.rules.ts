/** Control characters (lone surrogates too) and marks that turn the reading direction of what follows. */
const HOSTILE = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;
const HOSTILE_IN_TEXT =
  /(?![\n\t])[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** What someone wrote, as one line that is safe to store: NFC, no control or bidi characters, single spaces. */
export const cleanLine = (text: string): string =>
  text.replace(/\s/gu, ' ').replace(HOSTILE, '').normalize('NFC').replace(/ +/g, ' ').trim();

/** Like `cleanLine`, but line breaks and tabs stay. */
export const cleanText = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(HOSTILE_IN_TEXT, '')
    .normalize('NFC')
    .trim();

/** Length as people count: code points. */
export const lengthOf = (text: string): number => Array.from(text).length;

/** A handle in its stored form, or undefined when it is not one. */
export function productHandle(text: string): string | undefined {
  const handle = text.trim().toLowerCase();
  return /^[a-z0-9]([a-z0-9-]{0,118}[a-z0-9])?$/.test(handle) ? handle : undefined;
}
