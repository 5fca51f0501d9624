import fc from 'fast-check';
import { EVIDENCE_FIELDS, takes } from './evidence-field.rules';
import { sniffType, textOf } from './evidence-type.rules';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe('what bytes are', () => {
  it.each([
    ['image/png', hex('89504e470d0a1a0a0000000d49484452')],
    ['image/jpeg', hex('ffd8ffe000104a464946')],
    ['image/webp', Buffer.from('RIFF\x24\x00\x00\x00WEBPVP8 ', 'latin1')],
    ['application/pdf', Buffer.from('%PDF-1.7\n%âãÏÓ', 'latin1')],
    ['text/plain', Buffer.from('Grüße — 5 €\r\n\tand more', 'utf8')],
  ])('%s is known by its beginning', (type, bytes) => {
    expect(sniffType(bytes)).toBe(type);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['an executable', hex('7f454c4602010100')],
    ['an archive', hex('504b030414000000')],
    ['half a picture', hex('89504e470d0a1a')],
    ['another container', Buffer.from('RIFF\x24\x00\x00\x00AVI LIST', 'latin1')],
    ['Latin-1', hex('47 72 fc df 65'.replaceAll(' ', ''))],
    ['a text with a zero in it', Buffer.from('a\0b')],
  ])('%s is none of ours', (_what, bytes) => {
    expect(sniffType(bytes)).toBeUndefined();
  });

  it('any text that it knows comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const known = textOf(Buffer.from(text, 'utf8'));
        if (known !== undefined) expect(known).toBe(text);
      }),
    );
  });
});

test('every field takes a text or a file, and says which of the bank’s fields it fills', () => {
  const fields = Object.keys(EVIDENCE_FIELDS) as (keyof typeof EVIDENCE_FIELDS)[];
  expect(fields.filter((field) => !takes(field, true) && !takes(field, false))).toEqual([]);
  const stripe = Object.values(EVIDENCE_FIELDS).flatMap(({ text, file }) => [text, file]);
  expect([...new Set(stripe)].filter((one) => one !== null && !/^[a-z_]+$/.test(one))).toEqual([]);
  expect(takes('PHOTO_OF_GOODS', true)).toBe(false);
  expect(takes('SHIPPING_TRACKING_NUMBER', false)).toBe(false);
});
