import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** Argon2id (the package's default) with 19,456 KiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const CURRENT = '$argon2id$v=19$m=19456,t=2,p=1$';
const LONGEST = 256;

/** Hashes passwords slowly on purpose; the work runs off the main thread. */
export class Passwords {
  private constructor(private readonly dummy: string) {}

  static async start(): Promise<Passwords> {
    return new Passwords(await hash(randomBytes(32), COST));
  }

  hash(password: string): Promise<string> {
    return hash(password, COST);
  }

  /** Whether the password fits. Without a hash the same work is done, so that time tells nothing. */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const fits = await verify(stored ?? this.dummy, Buffer.from(password).subarray(0, LONGEST + 1));
    return fits && stored !== undefined;
  }

  /** True when a hash was made at another cost and should be replaced at the next sign-in. */
  isOutdated = (stored: string): boolean => !stored.startsWith(CURRENT);
}
