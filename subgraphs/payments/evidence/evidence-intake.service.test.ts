import fc from 'fast-check';
import { sha256 } from '#kernel/json/canonical';
import { looksLikeCardNumber } from '../payments/payment.rules';
import { EvidenceIntake } from './evidence-intake.service';
import { type EvidenceType, MAX_EVIDENCE_BYTES, textOf } from './evidence-type.rules';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Takes bytes in pieces of a size. */
function intake(type: EvidenceType, bytes: Buffer, size: number) {
  const taking = new EvidenceIntake(type);
  for (let at = 0; at < bytes.length; at += size) {
    const refused = taking.take(bytes.subarray(at, at + size));
    if (refused !== undefined) return refused;
  }
  return taking.end();
}

test('whatever the pieces, it says what the whole would', () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('4242 4242 4242 4242', '4242424242424242', '4242-4242', ' ', '-', '\n', '1'),
    fc.constantFrom('a4242424242424242', 'd41d8cd98f00b204e9800998ecf8427e'),
  );
  const text = fc.array(word, { minLength: 2, maxLength: 12 }).map((words) => words.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 12, max: 40 }), (whole, size) => {
      const bytes = Buffer.from(whole);
      if (bytes.length === 0) return;
      const known = textOf(bytes);
      const expected =
        known === undefined
          ? 'WRONG_TYPE'
          : looksLikeCardNumber(known)
            ? 'CARD_NUMBER'
            : { hash: sha256(bytes), size: bytes.length };
      const said = intake('text/plain', bytes, size);
      // a number may be met before what is no text
      if (expected !== 'WRONG_TYPE') expect(said).toEqual(expected);
      else expect(['WRONG_TYPE', 'CARD_NUMBER']).toContain(said);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['blanks and digits', `${' '.repeat(200_000)}4242 4242 42${' '.repeat(100_000)}42 4242`],
  ['one long word', `${'z'.repeat(70_000)} 4242424242424242 ${'z'.repeat(70_000)}`],
  ['a line far in', `${'some words, and a line.\n'.repeat(40_000)}4242 4242 4242 4242\n`],
])('a card number in much of %s is found', (_what, text) => {
  expect(intake('text/plain', Buffer.from(text), 65_536)).toBe('CARD_NUMBER');
});

test('a long text without one is kept, a type that is not true is refused by the first piece', () => {
  const text = Buffer.from('ein Wort und 1234 5678, '.repeat(50_000));
  expect(intake('text/plain', text, 65_536)).toEqual({ hash: sha256(text), size: text.length });
  expect(new EvidenceIntake('application/pdf').take(PNG)).toBe('WRONG_TYPE');
  expect(new EvidenceIntake('image/png').end()).toBe('WRONG_TYPE');
  expect(intake('text/plain', Buffer.from('Gr\u00fc\u00df').subarray(0, -1), 12)).toBe(
    'WRONG_TYPE',
  );
});

test('20 MiB are kept; the piece that is too much is refused', () => {
  const piece = Buffer.alloc(1024 * 1024);
  PNG.copy(piece);
  const taking = new EvidenceIntake('image/png');
  for (let n = 0; n < MAX_EVIDENCE_BYTES / piece.length; n += 1) {
    expect(taking.take(piece)).toBeUndefined();
  }
  expect(taking.take(Buffer.alloc(1))).toBe('TOO_LARGE');
});
