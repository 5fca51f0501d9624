import { ManualClock, SECOND } from '../clock/clock';
import { newSecret, newSigningKey, publicHalf } from './keys';
import {
  type SignedCall,
  StatementSigner,
  StatementVerifier,
  isSigned,
  signCall,
} from './statement';
import {
  hasScope,
  isViewer,
  makeViewer,
  requireAccount,
  requireRole,
  requireScope,
} from './viewer';

const start = new Date('2026-03-01T12:00:00Z');
const key = newSigningKey();
const viewer = makeViewer({
  kind: 'USER',
  accountId: 'acc_1',
  roles: ['OPERATOR'],
  scopes: ['*'],
  correlationId: 'first',
});

test('a subgraph gets the viewer that the gateway signed, with the correlation id of this call', async () => {
  const clock = new ManualClock(start);
  const statement = await new StatementSigner(key, clock).sign(viewer, 'payments');
  const verifier = new StatementVerifier(publicHalf(key), 'payments', clock);
  for (const correlationId of ['second', 'third']) {
    const verified = await verifier.verify(statement, correlationId);
    expect(verified).toEqual({ ...viewer, correlationId });
    expect(verified !== undefined && isViewer(verified)).toBe(true);
  }
});

test('a statement for another subgraph, by another signer or past its minute is nobody’s', async () => {
  const clock = new ManualClock(start);
  const statement = await new StatementSigner(key, clock).sign(viewer, 'payments');
  const other = new StatementVerifier(publicHalf(key), 'fulfillment', clock);
  expect(await other.verify(statement, 'x')).toBeUndefined();
  const forged = await new StatementSigner(newSigningKey(), clock).sign(viewer, 'payments');
  const verifier = new StatementVerifier(publicHalf(key), 'payments', clock);
  expect(await verifier.verify(forged, 'x')).toBeUndefined();
  expect(await verifier.verify('', 'x')).toBeUndefined();
  expect(await verifier.verify(statement, 'x')).toBeDefined(); // and now remembered
  clock.advance(61 * SECOND);
  expect(await verifier.verify(statement, 'x')).toBeUndefined();
});

test('two viewers never share a statement, calls of one viewer do', async () => {
  const signer = new StatementSigner(key, new ManualClock(start));
  const first = await signer.sign(viewer, 'payments');
  expect(await signer.sign(makeViewer({ ...viewer, correlationId: 'other' }), 'payments')).toBe(
    first,
  );
  expect(await signer.sign(makeViewer({ ...viewer, roles: [] }), 'payments')).not.toBe(first);
  expect(await signer.sign(viewer, 'fulfillment')).not.toBe(first);
});

const secret = newSecret();
const call: SignedCall = {
  statement: 'st',
  time: start.getTime().toString(),
  timeout: '3000',
  correlationId: 'c',
  path: '/graphql',
  body: '{"query":"{ a }"}',
};

test('a fresh call signed with the secret passes', () => {
  expect(isSigned(secret, call, signCall(secret, call), start)).toBe(true);
  expect(
    isSigned(secret, { ...call, body: Buffer.from(call.body) }, signCall(secret, call), start),
  ).toBe(true);
});

test.each<[string, Partial<SignedCall>]>([
  ['body', { body: '{"query":"{ b }"}' }],
  ['path', { path: '/hooks/psp/main' }],
  ['time', { time: (start.getTime() + 1).toString() }],
  ['timeout', { timeout: '9000' }],
  ['statement', { statement: 'ts' }],
  ['correlation id', { correlationId: 'd' }],
])('another %s does not', (_what, change) => {
  expect(isSigned(secret, { ...call, ...change }, signCall(secret, call), start)).toBe(false);
});

test('an old call, a call from the future and one without a time do not', () => {
  const at = (ms: number): Date => new Date(start.getTime() + ms);
  const signature = signCall(secret, call);
  expect(isSigned(secret, call, signature, at(31 * SECOND))).toBe(false);
  expect(isSigned(secret, call, signature, at(-31 * SECOND))).toBe(false);
  const timeless = { ...call, time: 'soon' };
  expect(isSigned(secret, timeless, signCall(secret, timeless), start)).toBe(false);
});

test('another secret or no signature does not', () => {
  expect(isSigned(newSecret(), call, signCall(secret, call), start)).toBe(false);
  expect(isSigned(secret, call, '', start)).toBe(false);
});

test('scopes and roles are refused by name', () => {
  const apiKey = makeViewer({ kind: 'API_KEY', scopes: ['orders:read'], correlationId: 'k' });
  expect(hasScope(apiKey, 'orders:read')).toBe(true);
  expect(() => requireScope(apiKey, 'orders:write')).toThrow('orders:write');
  expect(() => requireRole(apiKey, 'OPERATOR')).toThrow('OPERATOR');
  expect(() => requireAccount(apiKey)).toThrow('Sign in');
  const anonymous = makeViewer({ kind: 'ANONYMOUS', correlationId: 'a' });
  expect(() => requireScope(anonymous, 'orders:read')).toThrow('Sign in');
  expect(isViewer({ ...viewer })).toBe(false);
});
