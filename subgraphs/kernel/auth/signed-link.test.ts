import fc from 'fast-check';
import { after } from '../clock/clock';
import { newSealingKey, publicHalf } from './keys';
import { LinkSigner } from './signed-link';

const now = new Date('2026-11-30T12:00:00Z');
const key = newSealingKey();
const links = new LinkSigner(key, 'files');

test('a link opens for what it was signed for, until it ends', () => {
  const token = links.sign('GET', 'evd_1', now, 300_000);
  expect(links.open('GET', token, now)).toBe('evd_1');
  expect(links.open('GET', token, after(now, 299_999))).toBe('evd_1');
  expect(links.open('GET', token, after(now, 300_000))).toBeUndefined();
  expect(links.open('PUT', token, now)).toBeUndefined();
});

test('no other key or purpose opens it, and a public key signs none', () => {
  const token = links.sign('GET', 'evd_1', now, 300_000);
  expect(new LinkSigner(newSealingKey(), 'files').open('GET', token, now)).toBeUndefined();
  expect(new LinkSigner(key, 'others').open('GET', token, now)).toBeUndefined();
  expect(() => new LinkSigner(publicHalf(key), 'files')).toThrow(TypeError);
});

test('a token that differs in one character is none', () => {
  const token = links.sign('PUT', 'upl_1', now, 300_000);
  const place = fc.integer({ min: 0, max: token.length - 1 });
  const other = fc.constantFrom(...'abcXYZ019-_.');
  fc.assert(
    fc.property(place, other, (at, letter) => {
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      fc.pre(changed !== token);
      expect(links.open('PUT', changed, now)).toBeUndefined();
    }),
  );
  for (const text of ['', '..', 'upl_1', `${token}.x`, `${token}=`]) {
    expect(links.open('PUT', text, now)).toBeUndefined();
  }
});
