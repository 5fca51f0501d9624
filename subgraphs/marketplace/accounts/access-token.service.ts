import { type JWK, SignJWT, importJWK } from 'jose';
import { type Clock, HOUR, SECOND, after } from '#kernel/clock/clock';
import type { AccountRow } from './account.entity';

/** How long an access token is good. */
const TTL_MS = HOUR;

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

/**
 * Signs access tokens (JWT, EdDSA) that the gateway verifies. They carry no seller rights. Each is issued for a password
 * that was just entered, and says when (`auth_time`, as in OpenID Connect).
 */
export class AccessTokens {
  constructor(
    private readonly key: JWK,
    private readonly clock: Clock,
  ) {}

  async issue(account: Pick<AccountRow, 'id' | 'roles' | 'permVersion'>): Promise<AccessToken> {
    const now = this.clock.now();
    const expiresAt = after(now, TTL_MS);
    const accessToken = await new SignJWT({
      roles: account.roles,
      scope: '*',
      permVersion: account.permVersion,
      auth_time: Math.floor(now.getTime() / SECOND),
    })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.key.kid ?? '' })
      .setIssuer('marketplace')
      .setAudience('tradegraph')
      .setSubject(account.id)
      .setIssuedAt(now)
      .setExpirationTime(expiresAt)
      .sign(await importJWK(this.key, 'EdDSA'));
    return { accessToken, expiresAt };
  }
}
