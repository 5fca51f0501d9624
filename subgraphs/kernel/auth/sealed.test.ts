import { CompactEncrypt, SignJWT, importJWK } from 'jose';
import { ManualClock, MINUTE } from '../clock/clock';
import { newSealingKey, newSigningKey, publicHalf } from './keys';
import { open, seal } from './sealed';

const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
const [sign, box, stranger] = [newSigningKey(), newSealingKey(), newSigningKey()];
const roles = { issuer: 'shop', audience: 'bank', clock };
const sending = { sign, encryptFor: publicHalf(box) };
const receiving = { verify: publicHalf(sign), decrypt: box };
const INVALID = { ok: false, reason: 'INVALID' };

const sealed = (keys = sending, options = roles): Promise<string> =>
  seal({ totalMinor: '1990' }, keys, { ...options, ttlMs: 15 * MINUTE });

test('the audience reads what was sealed, and nobody in between does', async () => {
  const text = await sealed();
  expect(await open(text, receiving, roles)).toMatchObject({
    ok: true,
    payload: { totalMinor: '1990' },
  });
  expect(Buffer.from(text, 'base64url').toString()).not.toContain('1990');
});

test('it expires', async () => {
  const text = await sealed();
  const late = new ManualClock(new Date(clock.now().getTime() + 16 * MINUTE));
  expect(await open(text, receiving, { ...roles, clock: late })).toEqual({
    ok: false,
    reason: 'EXPIRED',
  });
});

test('one sealed for or by someone else is invalid', async () => {
  const forOther = await sealed({ sign, encryptFor: publicHalf(newSealingKey()) });
  expect(await open(forOther, receiving, roles)).toEqual(INVALID);
  const byStranger = await sealed({ sign: stranger, encryptFor: publicHalf(box) });
  expect(await open(byStranger, receiving, roles)).toEqual(INVALID);
  const otherAudience = await sealed(sending, { ...roles, audience: 'carrier' });
  expect(await open(otherAudience, receiving, roles)).toEqual(INVALID);
  const otherIssuer = await sealed(sending, { ...roles, issuer: 'gateway' });
  expect(await open(otherIssuer, receiving, roles)).toEqual(INVALID);
});

test('a changed character anywhere makes it invalid', async () => {
  const text = await sealed();
  for (let at = 0; at < text.length; at += 17) {
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    expect(await open(changed, receiving, roles)).toEqual(INVALID);
  }
});

test('an unsigned message inside the envelope is invalid', async () => {
  const header = Buffer.from('{"alg":"none"}').toString('base64url');
  const claims = Buffer.from('{"iss":"shop","aud":"bank","exp":9999999999}').toString('base64url');
  const forged = await new CompactEncrypt(new TextEncoder().encode(`${header}.${claims}.`))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(await importJWK(publicHalf(box), 'ECDH-ES'));
  expect(await open(forged, receiving, roles)).toEqual(INVALID);
});

test('one signed with the public key as a shared secret is invalid', async () => {
  const secret = new TextEncoder().encode(JSON.stringify(publicHalf(sign)).padEnd(64));
  const signed = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('shop')
    .setAudience('bank')
    .setExpirationTime('1h')
    .sign(secret);
  const forged = await new CompactEncrypt(new TextEncoder().encode(signed))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(await importJWK(publicHalf(box), 'ECDH-ES'));
  expect(await open(forged, receiving, roles)).toEqual(INVALID);
});

test.each(['', 'a.b.c.d.e', 'x'.repeat(70_000)])('garbage is invalid', async (text) => {
  expect(await open(text, receiving, roles)).toEqual(INVALID);
});
