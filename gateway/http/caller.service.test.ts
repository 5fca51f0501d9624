import { createHash } from 'node:crypto';
import { SignJWT, importJWK } from 'jose';
import { newSigningKey, publicHalf } from '#kernel/auth/keys';
import { isViewer } from '#kernel/auth/viewer';
import { ManualClock, SECOND } from '#kernel/clock/clock';
import type { Fact } from '#kernel/events/fact';
import { silentLogger } from '#kernel/server/log';
import type { KeyCaller } from './api-key.port';
import { CallerService, isExpiry } from './caller.service';

const key = newSigningKey();
const KEY_SECRET = `tgs_live_${'k'.repeat(43)}`;
const HASH = createHash('sha256').update(KEY_SECRET).digest('hex');

function setUp() {
  const clock = new ManualClock(new Date('2026-01-01T00:00:00Z'));
  const known = new Map<string, KeyCaller>();
  const asked: string[] = [];
  let down = false;
  const versions = new Map<string, number>();
  const feed = { following: Promise.resolve(), isSilent: false };
  const service = new CallerService({
    accountKey: publicHalf(key),
    keys: {
      find: (hash) => {
        asked.push(hash);
        return down ? Promise.reject(new Error('down')) : Promise.resolve(known.get(hash));
      },
    },
    accounts: {
      permVersion: (accountId) => {
        asked.push(accountId);
        return down ? Promise.reject(new Error('down')) : Promise.resolve(versions.get(accountId));
      },
    },
    clock,
    log: silentLogger(),
  });
  const who = (authorization?: string, network?: string) =>
    service.identify(authorization, 'corr-0001', network);
  const fail = (state: boolean) => (down = state);
  return { clock, known, versions, feed, asked, service, who, fail };
}

const KEY_CALLER: KeyCaller = {
  keyId: 'key_1',
  accountId: 'acc_1',
  tenantIds: ['sel_1'],
  scopes: ['orders:read'],
  expiresAt: null,
};

async function token(
  clock: ManualClock,
  change: (jwt: SignJWT) => SignJWT = (jwt) => jwt,
  signWith = key,
  more: object = {},
): Promise<string> {
  const now = clock.now().getTime() / SECOND;
  const jwt = new SignJWT({
    roles: ['OPERATOR', 7],
    scope: 'orders:read orders:write',
    permVersion: 3,
    ...more,
  })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer('marketplace')
    .setAudience('tradegraph')
    .setSubject('acc_1')
    .setExpirationTime(now + 900);
  return `Bearer ${await change(jwt).sign(await importJWK(signWith, 'EdDSA'))}`;
}

const fact = (type: string, subject: string, data: Record<string, unknown>): Fact => ({
  id: 'evt_1',
  type,
  subject,
  data,
  topics: [],
  source: 'x',
  time: new Date(0),
  actor: 'a',
  correlationId: 'c',
  position: { epoch: 1, xid: '1', seq: '1' },
});

describe('an account’s token', () => {
  it('says when the password was entered, if the token does', async () => {
    const { clock, who } = setUp();
    const at = async (more: object): Promise<unknown> =>
      (await who(await token(clock, undefined, key, more))).viewer.authenticatedAt;
    expect(await at({ auth_time: 1_767_225_600 })).toBe(1_767_225_600);
    expect([await at({}), await at({ auth_time: 'now' })]).toEqual([undefined, undefined]);
  });

  it('makes a viewer with what the token says', async () => {
    const { clock, who } = setUp();
    const { viewer, expiresAt } = await who(await token(clock));
    expect(viewer).toEqual({
      kind: 'USER',
      accountId: 'acc_1',
      roles: ['OPERATOR'],
      scopes: ['orders:read', 'orders:write'],
      tenantIds: [],
      permVersion: 3,
      correlationId: 'corr-0001',
    });
    expect(isViewer(viewer)).toBe(true);
    expect(expiresAt).toEqual(new Date('2026-01-01T00:15:00Z'));
  });

  it('is refused when it is foreign, for others, forged, unsigned or never ends', async () => {
    const { clock, who } = setUp();
    const bad = [
      await token(clock, (jwt) => jwt.setIssuer('gateway')),
      await token(clock, (jwt) => jwt.setAudience('payments')),
      await token(clock, undefined, newSigningKey()),
      await token(clock, (jwt) => jwt.setExpirationTime(clock.now().getTime() / SECOND + 4_000)),
      `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
      `${(await token(clock)).slice(0, -3)}abc`,
    ];
    for (const authorization of bad) {
      await expect(who(authorization)).rejects.toMatchObject({
        extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
      });
    }
  });

  it('ends at its time, also when it was seen before, and says that a fresh one would do', async () => {
    const { clock, who } = setUp();
    const authorization = await token(clock);
    await who(authorization);
    clock.advance(900 * SECOND);
    const error: unknown = await who(authorization).catch((reason: unknown) => reason);
    expect(isExpiry(error)).toBe(true);
    expect(isExpiry(await who('Bearer nonsense-nonsense').catch((e: unknown) => e))).toBe(false);
  });

  it('is refused once the account’s rights have changed', async () => {
    const { clock, who, service } = setUp();
    const authorization = await token(clock);
    await who(authorization);
    const data = { accountId: 'acc_1', permVersion: 4 };
    service.heard(fact('account.access_changed', 'acc_1', data));
    await expect(who(authorization)).rejects.toThrow('Your rights changed');
  });
});

describe('an API key', () => {
  it('is looked up by hash once in 30 s, an unknown one once in 5 s', async () => {
    const { clock, known, asked, who } = setUp();
    await expect(who(`Bearer ${KEY_SECRET}`)).rejects.toThrow();
    await expect(who(`Bearer ${KEY_SECRET}`)).rejects.toThrow();
    expect(asked).toEqual([HASH]);
    known.set(HASH, KEY_CALLER);
    clock.advance(5 * SECOND);
    const { viewer } = await who(`Bearer ${KEY_SECRET}`);
    expect(viewer).toMatchObject({ kind: 'API_KEY', keyId: 'key_1', tenantIds: ['sel_1'] });
    clock.advance(29 * SECOND);
    await who(`Bearer ${KEY_SECRET}`);
    expect(asked).toHaveLength(2);
    clock.advance(SECOND);
    await who(`Bearer ${KEY_SECRET}`);
    expect(asked).toHaveLength(3);
  });

  it.each(['api_key.revoked', 'api_key.rotated'])('is forgotten at %s', async (type) => {
    const { known, who, service } = setUp();
    known.set(HASH, KEY_CALLER);
    await who(`Bearer ${KEY_SECRET}`);
    known.clear();
    service.heard(fact(type, 'key_2', {}));
    await who(`Bearer ${KEY_SECRET}`);
    service.heard(fact(type, 'key_1', {}));
    await expect(who(`Bearer ${KEY_SECRET}`)).rejects.toThrow('not valid');
  });

  it('ends at its own time, and a directory that is down is not a bad key', async () => {
    const { clock, known, who, fail } = setUp();
    known.set(HASH, { ...KEY_CALLER, expiresAt: '2026-01-01T00:00:10.000Z' });
    fail(true);
    await expect(who(`Bearer ${KEY_SECRET}`)).rejects.toMatchObject({
      extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
    });
    fail(false);
    await who(`Bearer ${KEY_SECRET}`);
    clock.advance(10 * SECOND);
    await expect(who(`Bearer ${KEY_SECRET}`)).rejects.toThrow('expired');
  });
});

it('takes no credentials for anonymous and anything else for nobody', async () => {
  const { who } = setUp();
  expect((await who(undefined)).viewer.kind).toBe('ANONYMOUS');
  expect((await who('  ')).viewer.kind).toBe('ANONYMOUS');
  for (const bad of ['Basic YTpi', 'Bearer', 'Bearer a b', `Bearer ${'x'.repeat(5_000)}`]) {
    await expect(who(bad)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  }
});

const changed = (accountId: string, permVersion: number): Fact =>
  fact('account.access_changed', accountId, { accountId, permVersion });

describe('what is known of credentials', () => {
  it('begins with the changes from before a gateway started; until then tokens wait', async () => {
    const { clock, who, service, asked } = setUp();
    let begun: () => void = () => undefined;
    const following = new Promise<void>((resolve) => (begun = resolve));
    service.follow({ following, isSilent: false });
    const authorization = await token(clock);
    let isAnswered = false;
    const waiting = who(authorization).finally(() => (isAnswered = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAnswered).toBe(false);
    service.heard(changed('acc_1', 4));
    service.heard(changed('acc_1', 2)); // facts come again
    begun();
    await expect(waiting).rejects.toThrow('Your rights changed');
    expect(asked).toEqual([]);
  });

  it('of an account is kept for as long as a token can live, however many others change', async () => {
    const { clock, who, service } = setUp();
    const authorization = await token(clock, (jwt) =>
      jwt.setExpirationTime(clock.now().getTime() / SECOND + 3_600),
    );
    service.heard(changed('acc_1', 4));
    for (let i = 0; i < 20_000; i++) service.heard(changed(`acc_other_${i.toString()}`, 2));
    clock.advance(3_599 * SECOND);
    service.heard(changed('acc_2', 2));
    await expect(who(authorization)).rejects.toThrow('Your rights changed');
  });

  it('of a key does not count while facts may go unheard: its owner is asked each time', async () => {
    const { known, asked, who, service, feed } = setUp();
    service.follow(feed);
    known.set(HASH, KEY_CALLER);
    await who(`Bearer ${KEY_SECRET}`);
    feed.isSilent = true;
    const { recheck } = await who(`Bearer ${KEY_SECRET}`);
    expect(asked).toHaveLength(2);
    await Promise.all([recheck?.(), recheck?.(), who(`Bearer ${KEY_SECRET}`)]);
    expect(asked).toHaveLength(3); // at once: one question
    known.clear();
    await expect(recheck?.()).rejects.toThrow('not valid');
    await expect(who(`Bearer ${KEY_SECRET}`)).rejects.toThrow('not valid');
  });

  it('of a key that ends while its owner is asked is not kept', async () => {
    const { known, who, service } = setUp();
    known.set(HASH, KEY_CALLER);
    const asking = who(`Bearer ${KEY_SECRET}`);
    service.heard(fact('api_key.revoked', 'key_1', {}));
    await asking;
    known.clear();
    await expect(who(`Bearer ${KEY_SECRET}`)).rejects.toThrow('not valid');
  });

  it('of an account does not count then either; without its owner a signature has to do', async () => {
    const { clock, versions, asked, who, service, feed, fail } = setUp();
    service.follow(feed);
    const authorization = await token(clock);
    const { recheck } = await who(authorization);
    expect(asked).toEqual([]);
    feed.isSilent = true;
    versions.set('acc_1', 3);
    await who(authorization);
    fail(true);
    await who(authorization);
    await who(authorization);
    expect(asked).toHaveLength(2); // an owner who is away is left alone for a second
    await expect(recheck?.({ surely: true })).rejects.toMatchObject({
      extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
    });
    fail(false);
    clock.advance(SECOND);
    versions.set('acc_1', 4);
    await expect(who(authorization)).rejects.toThrow('Your rights changed');
    versions.clear();
    await expect(recheck?.({ surely: true })).rejects.toThrow('Your rights changed');
  });
});

test('from where a person calls goes with them; nobody else’s network is told', async () => {
  const { clock, known, who } = setUp();
  known.set(HASH, KEY_CALLER);
  const network = '203.0.113.7';
  expect((await who(await token(clock), network)).viewer.network).toBe(network);
  expect((await who(`Bearer ${KEY_SECRET}`, network)).viewer).not.toHaveProperty('network');
  expect((await who(undefined, network)).viewer).not.toHaveProperty('network');
});
