import fc from 'fast-check';
import { indexWords, queryWords } from './search-text.rules';

test.each([
  ['Café Crème', 'cafe creme'],
  ['XK-450 pump', 'xk 450 pump xk450'],
  ['Straße, Łódź & smørrebrød!', 'strasse lodz smorrebrod'],
  ['ＦＵＬＬ width ①', 'full width 1'],
  ['', ''],
])('%p is indexed as %p', (text, words) => {
  expect(indexWords(text)).toBe(words);
});

test('Japanese and Thai are cut into words', () => {
  expect(queryWords('東京の電気ケトル').length).toBeGreaterThan(1);
  expect(queryWords('กาต้มน้ำไฟฟ้า').length).toBeGreaterThan(0);
});

test('a query is distinct words of its first 200 characters, letters and digits only', () => {
  expect(queryWords(`'&|!:* 🫖 `)).toEqual([]);
  expect(queryWords('tea TEA téa')).toEqual(['tea']);
  expect(queryWords('a'.repeat(10_000))).toEqual(['a'.repeat(200)]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const words = queryWords(text);
      expect(words.length).toBeLessThanOrEqual(16);
      for (const word of words) expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
    }),
  );
});
