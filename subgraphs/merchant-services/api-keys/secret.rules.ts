/** Scopes that a key can be given. */
export const SCOPES = [
  'catalogue:read',
  'catalogue:write',
  'orders:read',
  'orders:write',
  'payments:read',
  'payments:write',
  'payouts:read',
  'payouts:write',
  'fulfillment:read',
  'fulfillment:write',
  'analytics:read',
] as const;
export type Scope = (typeof SCOPES)[number];

export const isScope = (text: string): text is Scope =>
  (SCOPES as readonly string[]).includes(text);

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX = 'tgs_live_';
const BODY_LENGTH = 43;
const CHECK_LENGTH = 6;

/** A secret from 32 random bytes: prefix, 43 base-62 characters, 6 check characters (a scanner can tell it is real). */
export function formatSecret(random: Uint8Array): string {
  let value = random.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
  let body = '';
  for (let i = 0; i < BODY_LENGTH; i++) {
    body = (BASE62[Number(value % 62n)] ?? '0') + body;
    value /= 62n;
  }
  return PREFIX + body + checkOf(body);
}

/** True when a text has a secret's form and its check characters agree. */
export function isSecret(text: string): boolean {
  const body = text.slice(PREFIX.length, PREFIX.length + BODY_LENGTH);
  return (
    text.startsWith(PREFIX) &&
    text.length === PREFIX.length + BODY_LENGTH + CHECK_LENGTH &&
    text.slice(-CHECK_LENGTH) === checkOf(body)
  );
}

/** 31-based polynomial over the characters, modulo 62^6: enough to catch a typing error, no secret itself. */
function checkOf(body: string): string {
  let value = 0n;
  for (const character of body) value = (value * 31n + BigInt(character.charCodeAt(0))) % 62n ** 6n;
  let check = '';
  for (let i = 0; i < CHECK_LENGTH; i++) {
    check = (BASE62[Number(value % 62n)] ?? '0') + check;
    value /= 62n;
  }
  return check;
}
