import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { JWK } from 'jose';
import { after } from '../clock/clock';

/** What a link allows its holder, whoever that is: to fetch one thing, or to put it there. */
export type LinkVerb = 'GET' | 'PUT';

/** Signs links that end soon, with a key of its own that is derived from a private key of the subgraph. */
export class LinkSigner {
  private readonly secret: Buffer;

  constructor(key: JWK, purpose: string) {
    if (key.d === undefined) throw new TypeError('links are signed with a private key');
    this.secret = Buffer.from(hkdfSync('sha256', key.d, '', purpose, 32));
  }

  /** A token for a URL: `subject.until.mac`. */
  sign(verb: LinkVerb, subject: string, now: Date, ttlMs: number): string {
    const until = after(now, ttlMs).getTime().toString(36);
    return `${subject}.${until}.${this.mac(verb, subject, until).toString('base64url')}`;
  }

  /** The subject of a token that we signed for this verb and that has not ended; undefined otherwise. */
  open(verb: LinkVerb, token: string, now: Date): string | undefined {
    const [subject = '', until = '', mac = '', ...more] = token.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = this.mac(verb, subject, until);
    // Base64 has several texts for the same bytes; only ours is taken.
    const same = given.length === expected.length && timingSafeEqual(given, expected);
    if (!same || given.toString('base64url') !== mac || more.length > 0) return undefined;
    return parseInt(until, 36) > now.getTime() ? subject : undefined;
  }

  private mac(verb: LinkVerb, subject: string, until: string): Buffer {
    return createHmac('sha256', this.secret).update(`${verb}\n${subject}\n${until}`).digest();
  }
}
