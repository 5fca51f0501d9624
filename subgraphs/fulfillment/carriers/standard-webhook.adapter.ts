import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Received } from './carrier.port';

const TOLERANCE_MS = 5 * 60_000;

/**
 * Checks a Standard Webhooks signature over the bytes as they came: any `v1` entry may match, and the stamp may be five
 * minutes off at most. Our own clock decides, which is why the library's `verify` is not used.
 */
export function verifyWebhook(
  secret: string,
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
  now: Date,
): Received {
  const id = headers['webhook-id'] ?? '';
  const stamp = headers['webhook-timestamp'] ?? '';
  if (id === '' || id.length > 200 || !/^\d{1,12}$/.test(stamp)) return { ok: false };
  if (Math.abs(now.getTime() - Number(stamp) * 1000) > TOLERANCE_MS) return { ok: false };
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${stamp}.`).update(bytes).digest();
  const given = (headers['webhook-signature'] ?? '').split(' ').slice(0, 10);
  const matches = given.some((entry) => {
    const signature = Buffer.from(entry.startsWith('v1,') ? entry.slice(3) : '', 'base64');
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  });
  return matches ? { ok: true, externalId: id } : { ok: false };
}
