import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { newSigningKey, publicHalf } from '#kernel/auth/keys';
import { MINUTE } from '#kernel/clock/clock';
import { CatalogueFixture, anonymous, codeOf } from '../testing/catalogue.fixture';
import { AccessTokens } from './access-token.service';
import { AccountService } from './account.service';
import { Passwords } from './password.service';

let at: CatalogueFixture;
const key = newSigningKey();
let accounts: AccountService;

beforeAll(async () => {
  at = await CatalogueFixture.open();
  accounts = new AccountService(at.db, new AccessTokens(key, at.clock), await Passwords.start());
});
afterAll(() => at.close());

const password = 'correct horse battery';
const signUp = (email: string) =>
  accounts.signUp(anonymous, { email, password, displayName: 'Ada' });
test('a signed-up account signs in, whatever the case of its e-mail', async () => {
  const { account } = await signUp('Ada@Example.test');
  const { accessToken, expiresAt } = await accounts.signIn(' ADA@example.TEST', password);
  const { payload, protectedHeader } = await jwtVerify(
    accessToken,
    createLocalJWKSet({ keys: [publicHalf(key)] }),
    { issuer: 'marketplace', audience: 'tradegraph', currentDate: at.clock.now() },
  );
  expect(protectedHeader.alg).toBe('EdDSA');
  expect(payload).toMatchObject({ sub: account.id, roles: [], scope: '*', permVersion: 1 });
  expect(expiresAt.getTime()).toBe(at.clock.now().getTime() + 60 * MINUTE);
  expect(account.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(decodeJwt(accessToken)).not.toHaveProperty('email');
});

test('of two sign-ups with one e-mail at once, one is refused', async () => {
  const both = await Promise.all([
    codeOf(() => signUp('twice@example.test')),
    codeOf(() => signUp('TWICE@example.test')),
  ]);
  expect(both.sort()).toEqual(['EMAIL_TAKEN', 'ok']);
});

test('bad e-mails, passwords and names are refused', async () => {
  const good = { email: 'new@example.test', password, displayName: 'Ada' };
  const up = (change: object) => codeOf(() => accounts.signUp(anonymous, { ...good, ...change }));
  expect(await up({ email: 'nobody' })).toBe('EMAIL_INVALID');
  expect(await up({ password: 'short' })).toBe('PASSWORD_WEAK');
  expect(await up({ displayName: ' \u202E ' })).toBe('ACCOUNT_NAME_INVALID');
});

test('wrong password and unknown e-mail answer and cost the same', async () => {
  await signUp('known@example.test');
  const time = async (email: string): Promise<number> => {
    const began = process.hrtime.bigint();
    expect(await codeOf(() => accounts.signIn(email, 'wrong password'))).toBe(
      'CREDENTIALS_INVALID',
    );
    return Number(process.hrtime.bigint() - began) / 1e6;
  };
  // By turns, and the best of four each: a busy machine slows both.
  const times = { known: Infinity, unknown: Infinity };
  for (let i = 0; i < 4; i++) {
    times.known = Math.min(times.known, await time('known@example.test'));
    times.unknown = Math.min(times.unknown, await time('who@example.test'));
  }
  expect(times.unknown).toBeGreaterThan(times.known / 3);
});

test('after five failures even the right password waits, then works again', async () => {
  await signUp('slow@example.test');
  for (let i = 0; i < 5; i++)
    await codeOf(() => accounts.signIn('slow@example.test', 'wrong password'));
  expect(await codeOf(() => accounts.signIn('slow@example.test', password))).toBe(
    'TOO_MANY_ATTEMPTS',
  );
  at.clock.advance(29_000);
  expect(await codeOf(() => accounts.signIn('slow@example.test', password))).toBe(
    'TOO_MANY_ATTEMPTS',
  );
  at.clock.advance(1_001);
  expect(await codeOf(() => accounts.signIn('slow@example.test', 'wrong password'))).toBe(
    'CREDENTIALS_INVALID',
  );
  at.clock.advance(59_000);
  expect(await codeOf(() => accounts.signIn('slow@example.test', password))).toBe(
    'TOO_MANY_ATTEMPTS',
  );
  at.clock.advance(1_001);
  expect(await codeOf(() => accounts.signIn('slow@example.test', password))).toBe('ok');
});

test('many guesses at once do not slip past the throttle', async () => {
  await signUp('burst@example.test');
  const guesses = [...Array<string>(30).fill('wrong password'), password];
  const results = await Promise.all(
    guesses.map((guess) => codeOf(() => accounts.signIn('burst@example.test', guess))),
  );
  expect(results.at(-1)).toBe('TOO_MANY_ATTEMPTS');
});

test('failures long ago do not count', async () => {
  await signUp('old@example.test');
  for (let i = 0; i < 4; i++)
    await codeOf(() => accounts.signIn('old@example.test', 'wrong password'));
  at.clock.advance(16 * MINUTE);
  await codeOf(() => accounts.signIn('old@example.test', 'wrong password'));
  expect(await codeOf(() => accounts.signIn('old@example.test', password))).toBe('ok');
});

test('a hash of lower cost is renewed at sign-in', async () => {
  const { account } = await signUp('cheap@example.test');
  const { hash } = await import('@node-rs/argon2');
  const cheap = await hash(password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  await at.db.query('update account set "passwordHash" = $2 where id = $1', [account.id, cheap]);
  await accounts.signIn('cheap@example.test', password);
  expect((await accounts.byId(account.id))?.passwordHash).toMatch(/m=19456,t=2,p=1/);
});

test('through the graph: the holder sees the e-mail, others see nothing of the account', async () => {
  const { data } = await at.ask(
    anonymous,
    `mutation ($input: AccountSignUpInput!) {
       accountSignUp(input: $input) { account { id email } accessToken userErrors { code } }
     }`,
    { input: { email: 'graph@example.test', password, displayName: 'Gra\u202Eph' } },
  );
  const { account } = data?.['accountSignUp'] as { account: { id: string; email: string } };
  expect(account.email).toBe('graph@example.test');
  const query = '{ node(id: "' + account.id + '") { ... on Account { email displayName } } }';
  const [other, operator] = [await at.person(), await at.person(['OPERATOR'])];
  expect((await at.ask(anonymous, query)).data).toEqual({ node: null });
  expect((await at.ask(other, query)).data).toEqual({ node: null });
  expect((await at.ask(operator, query)).data).toEqual({
    node: { email: 'graph@example.test', displayName: 'Graph' },
  });
  const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Account { displayName } } }`;
  const forged = { of: [{ __typename: 'Account', id: account.id }] };
  expect((await at.ask(other, entities, forged)).data).toEqual({ _entities: [null] });
});
