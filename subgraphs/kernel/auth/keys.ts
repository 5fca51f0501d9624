import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';

/** A new Ed25519 private key (signing), as JWK with a random key id. */
export function newSigningKey(): JWK {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK;
  return { ...jwk, alg: 'EdDSA', use: 'sig', kid: randomBytes(6).toString('base64url') };
}

/** A new X25519 private key (sealing for one receiver), as JWK with a random key id. */
export function newSealingKey(): JWK {
  const jwk = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' }) as JWK;
  return { ...jwk, alg: 'ECDH-ES', use: 'enc', kid: randomBytes(6).toString('base64url') };
}

/** 32 random bytes as text, for MACs and bearer secrets. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** The public half of a private JWK. */
export function publicHalf({ d: _secret, ...rest }: JWK): JWK {
  return rest;
}
