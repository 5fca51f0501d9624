import {
  CompactEncrypt,
  type JWK,
  SignJWT,
  compactDecrypt,
  decodeProtectedHeader,
  importJWK,
  jwtVerify,
} from 'jose';
import type { Clock } from '../clock/clock';
import { after } from '../clock/clock';

/** A message from one part to another through a client that must neither read nor change it. */
export interface SealOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Clock;
}

/** JWS (EdDSA) inside JWE (ECDH-ES, A256GCM): signed by us, readable by the audience only, valid for `ttlMs`. */
export async function seal(
  payload: Record<string, unknown>,
  keys: { readonly sign: JWK; readonly encryptFor: JWK },
  { issuer, audience, clock, ttlMs }: SealOptions & { readonly ttlMs: number },
): Promise<string> {
  const now = clock.now();
  const signed = await new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', kid: keys.sign.kid ?? '' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(after(now, ttlMs))
    .sign(await importJWK(keys.sign, 'EdDSA'));
  return new CompactEncrypt(new TextEncoder().encode(signed))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: keys.encryptFor.kid ?? '' })
    .encrypt(await importJWK(keys.encryptFor, 'ECDH-ES'));
}

export type Opened =
  | { readonly ok: true; readonly payload: Record<string, unknown> }
  | { readonly ok: false; readonly reason: 'INVALID' | 'EXPIRED' };

/** Opens what `seal` made; anything forged, foreign or too old is told apart only as INVALID or EXPIRED. */
export async function open(
  text: string,
  keys: { readonly verify: JWK; readonly decrypt: JWK },
  { issuer, audience, clock }: SealOptions,
): Promise<Opened> {
  try {
    if (text.length > 65_536 || decodeProtectedHeader(text).alg !== 'ECDH-ES') return invalid;
    const { plaintext } = await compactDecrypt(text, await importJWK(keys.decrypt, 'ECDH-ES'), {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    const { payload } = await jwtVerify(
      new TextDecoder().decode(plaintext),
      await importJWK(keys.verify, 'EdDSA'),
      { issuer, audience, algorithms: ['EdDSA'], currentDate: clock.now() },
    );
    return { ok: true, payload };
  } catch (error) {
    const expired = (error as { code?: string }).code === 'ERR_JWT_EXPIRED';
    return expired ? { ok: false, reason: 'EXPIRED' } : invalid;
  }
}

const invalid: Opened = { ok: false, reason: 'INVALID' };
