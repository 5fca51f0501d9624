const LONGEST_QUERY = 200;
const MOST_TOKENS = 16;
const NEEDS_SEGMENTS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Compatibility forms, lower case, no accents: what makes two spellings the same word. */
const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC');

/** The words of a text, folded. Scripts that do not space their words are cut by dictionary. */
function wordsOf(text: string): string[] {
  const folded = fold(text);
  const chunks = folded.split(/[^\p{L}\p{N}]+/u).filter((chunk) => chunk !== '');
  return chunks.flatMap((chunk) =>
    NEEDS_SEGMENTS.test(chunk)
      ? [...segmenter.segment(chunk)].map(({ segment }) => segment)
      : [chunk],
  );
}

/** `XK-450` is found as `xk 450` and as `xk450`: codes are joined as well as cut. */
const joinedCodes = (text: string): string[] =>
  (fold(text).match(/[\p{L}\p{N}]+(?:[-_./][\p{L}\p{N}]+)+/gu) ?? [])
    .filter((code) => /\p{N}/u.test(code))
    .map((code) => code.replace(/[-_./]/g, ''));

/** A text as it is indexed: folded words and joined codes, parted by spaces. */
export const indexWords = (text: string): string =>
  [...wordsOf(text), ...joinedCodes(text)].map((word) => word.slice(0, 100)).join(' ');

/** The distinct words of a query, of its first 200 characters; empty when it holds none. */
export const queryWords = (text: string): string[] =>
  [...new Set(wordsOf(Array.from(text).slice(0, LONGEST_QUERY).join('')))].slice(0, MOST_TOKENS);
