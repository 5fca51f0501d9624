import { type JWK, SignJWT, importJWK } from 'jose';
import { givenOptions, serveCommands } from '../bench.program';
import { Audience, type Received } from './audience';
import { SIDES, accountOf } from './parcel.graph';

/** How a process of subscribers is started. */
export interface SubscribersOptions {
  /** Private key of account tokens: every subscriber is an account of its own. */
  readonly accountKey: JWK;
  readonly parcelId: string;
}

/** Which server. */
export type Target = 'ours' | 'plain';

/** More subscribers, numbered over all processes. */
export interface Seats {
  readonly target: Target;
  readonly port: number;
  readonly first: number;
  readonly count: number;
}

/** Sockets that are opened at once. */
const AT_ONCE = 16;
const SOCKETS_AN_ADDRESS = 90;
const TOKEN_SECONDS = 3_000;

const { accountKey, parcelId } = givenOptions() as SubscribersOptions;
const audiences: Readonly<Record<Target, Audience>> = {
  ours: new Audience(),
  plain: new Audience(),
};

async function connect({ target, port, first, count }: Seats): Promise<void> {
  const key = await importJWK(accountKey, 'EdDSA');
  let next = first;
  const usher = async (): Promise<void> => {
    while (next < first + count) {
      const n = next++;
      const side = SIDES[n % SIDES.length] ?? 'sender';
      await audiences[target].seat({
        port,
        localAddress: `127.0.0.${1 + Math.floor(n / SOCKETS_AN_ADDRESS)}`,
        side,
        parcelId,
        authorization: `Bearer ${await token(key, accountOf(side, n))}`,
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, usher));
}

/** An access token as marketplace makes it. */
function token(key: Awaited<ReturnType<typeof importJWK>>, accountId: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ roles: [], scope: '*', permVersion: 1 })
    .setProtectedHeader({ alg: 'EdDSA', kid: accountKey.kid ?? '' })
    .setIssuer('marketplace')
    .setAudience('tradegraph')
    .setSubject(accountId)
    .setIssuedAt(now)
    .setExpirationTime(now + TOKEN_SECONDS)
    .sign(key);
}

const reached = ({ target, version }: { target: Target; version: number }): Promise<void> =>
  audiences[target].reached(version);

const collect = ({
  target,
  commits,
}: {
  target: Target;
  commits: readonly (readonly [number, number])[];
}): Received => audiences[target].collect(commits);

const leave = (target: Target): void => {
  audiences[target].end();
};

serveCommands({ connect, reached, collect, leave });
