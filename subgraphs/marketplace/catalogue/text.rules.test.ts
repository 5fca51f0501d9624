import fc from 'fast-check';
import { cleanLine, cleanText, productHandle } from './text.rules';

test('a line loses control and bidi characters and extra spaces', () => {
  expect(cleanLine('  a\u0000b\u202Ec \n d\u2066\uD800 ')).toBe('abc d');
  expect(cleanText('a\u0007\r\nb\u2028c\u200F')).toBe('a\nb\nc');
  expect(cleanLine('👩‍👧 e\u0301')).toBe('👩‍👧 é');
});

test('cleaning leaves nothing that the database or a reader could trip over, and is stable', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      for (const clean of [cleanLine, cleanText]) {
        const once = clean(text);
        expect(once).not.toMatch(
          /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/,
        );
        expect(once).not.toMatch(/\p{Cs}/u);
        expect(clean(once)).toBe(once);
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['Tea-Pot', 'tea-pot'],
  ['a', 'a'],
  ['-a', undefined],
  ['a_b', undefined],
  ['a'.repeat(121), undefined],
  ['ä', undefined],
])('product handle %p is %p', (text, handle) => {
  expect(productHandle(text)).toBe(handle);
});
