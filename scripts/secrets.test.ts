import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecrets, newSecrets, SECRETS, secretsAsEnv } from './secrets';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tradegraph-secrets-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const source = (env: Record<string, string> = {}, production = false) =>
  ({ env, dataDir, role: 'all', production }) as const;

test('they are made once and kept for this user only', () => {
  const first = loadSecrets(source());
  expect(loadSecrets(source())).toEqual(first);
  expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(new Set(Object.values(secretsAsEnv(first))).size).toBe(Object.keys(SECRETS).length);
});

test('what is given wins and is not written down', () => {
  const given = 'a-secret-of-the-operator';
  expect(loadSecrets(source({ CHANNEL_SECRET: given })).channelSecret).toBe(given);
  expect(loadSecrets(source()).channelSecret).not.toBe(given);
});

test('production takes no default, names all that is missing and writes nothing', () => {
  const env = secretsAsEnv(newSecrets());
  const { CHANNEL_SECRET: _one, PSP_API_KEY: _two, ...rest } = env;
  expect(() => loadSecrets(source(rest, true))).toThrow('missing: CHANNEL_SECRET, PSP_API_KEY.');
  expect(secretsAsEnv(loadSecrets(source(env, true)))).toEqual(env);
  expect(() => statSync(join(dataDir, 'secrets.json'))).toThrow('ENOENT');
});

test('production asks a role only for what it needs', () => {
  const env = secretsAsEnv(newSecrets());
  const { PSP_API_KEY: _psp, PAYMENTS_KEY: _payments, ...rest } = env;
  const ask = (role: 'gateway' | 'payments') => () => loadSecrets({ ...source(rest, true), role });
  expect(ask('gateway')).not.toThrow();
  expect(ask('payments')).toThrow('missing: PAYMENTS_KEY, PSP_API_KEY.');
});

test.each(Object.values(SECRETS).map(({ name }) => name))('a bad %s is not repeated', (name) => {
  expect(() => loadSecrets(source({ [name]: 'bad-value' }))).toThrow(`${name} must be`);
  expect(() => loadSecrets(source({ [name]: 'bad-value' }))).not.toThrow('bad-value');
});

test('a damaged file is one clear line', () => {
  writeFileSync(join(dataDir, 'secrets.json'), '{');
  expect(() => loadSecrets(source())).toThrow('it is damaged');
});
