import { decodeJwt } from 'jose';
import { newSigningKey } from '#kernel/auth/keys';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { CatalogueFixture, anonymous, codeOf, keyOf } from '../testing/catalogue.fixture';
import { AccessTokens } from './access-token.service';
import { AccountAccessService } from './account-access.service';
import { AccountService, type SignedIn } from './account.service';
import { Passwords } from './password.service';

let at: CatalogueFixture;
let accounts: AccountService;
let access: AccountAccessService;

beforeAll(async () => {
  at = await CatalogueFixture.open();
  const tokens = new AccessTokens(newSigningKey(), at.clock);
  const passwords = await Passwords.start();
  accounts = new AccountService(at.db, tokens, passwords);
  access = new AccountAccessService(at.db, tokens, passwords);
});
afterAll(() => at.close());

const password = 'correct horse battery';
const newPassword = 'another horse battery';
const change = { currentPassword: password, newPassword };

/** Who a token says that its bearer is. */
const bearer = ({ accessToken }: SignedIn): Viewer => {
  const {
    sub = '',
    permVersion,
    roles,
  } = decodeJwt<{ permVersion: number; roles: string[] }>(accessToken);
  return makeViewer({
    kind: 'USER',
    accountId: sub,
    permVersion,
    roles,
    scopes: ['*'],
    correlationId: 'test',
  });
};
let count = 0;
async function person(roles: string[] = []): Promise<{ email: string; viewer: Viewer }> {
  const email = `person${String((count += 1))}@example.test`;
  const signedUp = await accounts.signUp(anonymous, { email, password, displayName: 'Ada' });
  if (roles.length === 0) return { email, viewer: bearer(signedUp) };
  await at.db.query('update account set roles = $2 where id = $1', [signedUp.account.id, roles]);
  return { email, viewer: bearer(await accounts.signIn(email, password)) };
}
const idOf = ({ accountId = '' }: Viewer): string => accountId;
const told = async (viewer: Viewer): Promise<unknown[]> =>
  (await at.facts('account.access_changed'))
    .filter(({ accountId }) => accountId === viewer.accountId)
    .map(({ permVersion }) => permVersion);

test('signing out everywhere outdates all tokens so far, tells it, and new ones are good', async () => {
  const { email, viewer } = await person();
  const [other, key] = [await person(), keyOf('sel_1', ['*'])];
  const { id, permVersion } = await access.signOutEverywhere(viewer, idOf(viewer));
  expect([id, permVersion]).toEqual([viewer.accountId, 2]);
  expect(await told(viewer)).toEqual([2]);
  expect(await told(other.viewer)).toEqual([]);
  expect(await codeOf(() => access.signOutEverywhere(viewer, idOf(viewer)))).toBe(
    'UNAUTHENTICATED',
  );
  const again = bearer(await accounts.signIn(email, password));
  expect(again.permVersion).toBe(2);
  await access.signOutEverywhere(again, idOf(again));
  expect(await told(viewer)).toEqual([2, 3]);
  const [{ topics } = { topics: [] }] = await at.db.query<{ topics: string[] }>(
    'select topics from outbox where subject = $1',
    [idOf(viewer)],
  );
  expect(topics).toEqual(['access:2026-03-01']);
  expect(await codeOf(() => access.signOutEverywhere(key, idOf(key)))).toBe('FORBIDDEN');
});

test('only oneself and operators sign an account out; strangers learn nothing of it', async () => {
  const [{ viewer }, stranger, operator] = [
    await person(),
    await person(),
    await person(['OPERATOR']),
  ];
  const out = (as: Viewer, id = idOf(viewer)) => codeOf(() => access.signOutEverywhere(as, id));
  expect(await out(stranger.viewer)).toBe('ACCOUNT_NOT_FOUND');
  expect(await out(stranger.viewer, 'acc_nobody')).toBe('ACCOUNT_NOT_FOUND');
  expect(await out(operator.viewer, 'acc_nobody')).toBe('ACCOUNT_NOT_FOUND');
  expect(await out(anonymous)).toBe('UNAUTHENTICATED');
  const ownKey = makeViewer({ ...keyOf('sel_1', ['*']), accountId: idOf(viewer) });
  expect(await out(ownKey)).toBe('FORBIDDEN');
  expect(await told(viewer)).toEqual([]);
  expect(await out(operator.viewer)).toBe('ok');
  expect(await told(viewer)).toEqual([2]);
  await access.signOutEverywhere(operator.viewer, idOf(operator.viewer));
  expect(await out(operator.viewer)).toBe('UNAUTHENTICATED');
});

test('a changed password outdates all tokens but the one that comes with it', async () => {
  const { email, viewer } = await person();
  const fresh = bearer(await access.changePassword(viewer, change));
  expect(fresh).toMatchObject({ accountId: viewer.accountId, permVersion: 2 });
  expect(await told(viewer)).toEqual([2]);
  expect(await codeOf(() => accounts.signIn(email, password))).toBe('CREDENTIALS_INVALID');
  expect(await codeOf(() => accounts.signIn(email, newPassword))).toBe('ok');
  const back = { currentPassword: newPassword, newPassword: password };
  expect(await codeOf(() => access.changePassword(viewer, back))).toBe('UNAUTHENTICATED');
  expect(await codeOf(() => access.changePassword(fresh, back))).toBe('ok');
});

test('a password is not changed by others, keys, a wrong one or to a weak one', async () => {
  const { email, viewer } = await person();
  const to = (as: Viewer, more: object = {}) =>
    codeOf(() => access.changePassword(as, { ...change, ...more }));
  const ownKey = makeViewer({ ...keyOf('sel_1', ['*']), accountId: idOf(viewer) });
  expect(await to(anonymous)).toBe('UNAUTHENTICATED');
  expect(await to(ownKey)).toBe('FORBIDDEN');
  expect(await to(makeViewer({ ...viewer, accountId: 'acc_nobody' }))).toBe('UNAUTHENTICATED');
  expect(await to(viewer, { newPassword: 'short' })).toBe('PASSWORD_WEAK');
  expect(await to(viewer, { currentPassword: 'wrong password' })).toBe('CREDENTIALS_INVALID');
  expect(await codeOf(() => accounts.signIn(email, password))).toBe('ok');
  expect(await told(viewer)).toEqual([]);
});

test('wrong passwords count together with failed sign-ins', async () => {
  const { email, viewer } = await person();
  const wrong = { ...change, currentPassword: 'wrong password' };
  for (let i = 0; i < 3; i++) await codeOf(() => access.changePassword(viewer, wrong));
  for (let i = 0; i < 2; i++) await codeOf(() => accounts.signIn(email, 'wrong password'));
  expect(await codeOf(() => access.changePassword(viewer, change))).toBe('TOO_MANY_ATTEMPTS');
  expect(await codeOf(() => accounts.signIn(email, password))).toBe('TOO_MANY_ATTEMPTS');
  at.clock.advance(30_001);
  expect(await codeOf(() => access.changePassword(viewer, change))).toBe('ok');
});

test('stepping up is one’s own password, entered now; older tokens go on', async () => {
  const { email, viewer } = await person();
  const other = await person();
  at.clock.advance(20 * 60_000);
  const fresh = await access.stepUp(viewer, password);
  expect(fresh.account.id).toBe(idOf(viewer));
  const { auth_time: time } = decodeJwt<{ auth_time: number }>(fresh.accessToken);
  expect(time).toBe(Math.floor(at.clock.now().getTime() / 1_000));
  expect(bearer(fresh).permVersion).toBe(viewer.permVersion);
  const to = (as: Viewer, given = password) => codeOf(() => access.stepUp(as, given));
  expect(await to(anonymous)).toBe('UNAUTHENTICATED');
  expect(await to(makeViewer({ ...keyOf('sel_1', ['*']), accountId: idOf(viewer) }))).toBe(
    'FORBIDDEN',
  );
  expect(await to(makeViewer({ ...viewer, permVersion: 0 }))).toBe('UNAUTHENTICATED');
  for (let i = 0; i < 5; i++)
    expect(await to(viewer, 'wrong password')).toBe('CREDENTIALS_INVALID');
  expect(await to(viewer)).toBe('TOO_MANY_ATTEMPTS');
  expect(await codeOf(() => accounts.signIn(email, password))).toBe('TOO_MANY_ATTEMPTS');
  expect(await to(other.viewer)).toBe('ok');
});

test('of two changes with one token at once, one is refused', async () => {
  const { email, viewer } = await person();
  const passwords = ['first new password', 'second new password'];
  const codes = await Promise.all(
    passwords.map((to) =>
      codeOf(() => access.changePassword(viewer, { ...change, newPassword: to })),
    ),
  );
  expect([...codes].sort()).toEqual(['UNAUTHENTICATED', 'ok']);
  expect(await told(viewer)).toEqual([2]);
  const kept = passwords[codes.indexOf('ok')] ?? '';
  expect(await codeOf(() => accounts.signIn(email, kept))).toBe('ok');
});

test('through the graph: what a token is worth is for the gateway only', async () => {
  const { viewer } = await person();
  const query = `{ accountAccess(id: "${idOf(viewer)}") { permVersion } }`;
  const service = makeViewer({ kind: 'SERVICE', correlationId: 'test' });
  expect((await at.ask(service, query)).data).toEqual({ accountAccess: { permVersion: 1 } });
  const nobody = '{ accountAccess(id: "acc_nobody") { permVersion } }';
  expect((await at.ask(service, nobody)).data).toEqual({ accountAccess: null });
  for (const other of [viewer, anonymous, keyOf('sel_1', ['*'])]) {
    const { data, errors } = await at.ask(other, query);
    expect([data, errors?.[0]?.extensions?.['code']]).toEqual([
      { accountAccess: null },
      'FORBIDDEN',
    ]);
  }
});

test('through the graph: the holder goes on with the token that the answer brings', async () => {
  const { email, viewer } = await person();
  const { data } = await at.ask(
    viewer,
    `mutation ($input: AccountPasswordChangeInput!) {
       accountPasswordChange(input: $input) { account { email } accessToken expiresAt userErrors { code } }
     }`,
    { input: change },
  );
  expect(data).toMatchObject({
    accountPasswordChange: {
      account: { email },
      accessToken: expect.any(String) as string,
      userErrors: [],
    },
  });
  const out = `mutation ($id: ID!) {
    accountSignOutEverywhere(input: { accountId: $id }) { account { id } userErrors { code field } }
  }`;
  const current = makeViewer({ ...viewer, permVersion: 2 });
  const stranger = (await person()).viewer;
  expect((await at.ask(stranger, out, { id: idOf(viewer) })).data).toEqual({
    accountSignOutEverywhere: {
      account: null,
      userErrors: [{ code: 'ACCOUNT_NOT_FOUND', field: ['accountId'] }],
    },
  });
  expect((await at.ask(current, out, { id: idOf(viewer) })).data).toEqual({
    accountSignOutEverywhere: { account: { id: idOf(viewer) }, userErrors: [] },
  });
});
