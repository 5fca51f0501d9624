import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { newSealingKey, newSecret, newSigningKey } from '#kernel/auth/keys';
import { openFolder } from './folders';
import type { Role } from './settings.table';
import { codeOf, reasonOf, StartProblem } from './start-problem';

interface Secret<Value> {
  readonly name: string;
  readonly doc: string;
  /** Who needs it; a role that only verifies may be given the public half of a key. */
  readonly roles: readonly Role[];
  readonly form: string;
  readonly make: () => Value;
  readonly parse: (text: string) => Value | undefined;
}

type Kind<Value> = Pick<Secret<Value>, 'form' | 'make' | 'parse'>;

const jwk = (curve: 'Ed25519' | 'X25519', make: () => JWK): Kind<JWK> => ({
  form: `an ${curve} key as JWK (JSON text with kty, crv, x, d, kid)`,
  make,
  parse: (text) => {
    try {
      const key = JSON.parse(text) as JWK;
      return key.kty === 'OKP' && key.crv === curve && key.kid !== undefined ? key : undefined;
    } catch {
      return undefined;
    }
  },
});
const signing = jwk('Ed25519', newSigningKey);
const sealing = jwk('X25519', newSealingKey);
const bearer: Kind<string> = {
  form: 'a text of at least 16 characters',
  make: newSecret,
  parse: (text) => (text.length >= 16 ? text : undefined),
};
const webhook: Kind<string> = {
  form: 'whsec_ followed by at least 24 bytes in base64',
  make: () => `whsec_${randomBytes(32).toString('base64')}`,
  parse: (text) => (/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(text) ? text : undefined),
};

const INSIDE: readonly Role[] = ['marketplace', 'payments', 'fulfillment', 'merchant-services'];

function secret<Value>(
  name: string,
  kind: Kind<Value>,
  roles: readonly Role[],
  doc: string,
): Secret<Value> {
  return { name, ...kind, roles: [...roles, 'worker', 'all'], doc };
}

/** All secrets. In production each must be given; else it is made once and kept under DATA_DIR. */
export const SECRETS = {
  marketplaceKey: secret(
    'MARKETPLACE_KEY',
    signing,
    ['marketplace', 'payments', 'gateway'],
    'Signs access tokens and payment requests (marketplace); the gateway and payments verify ' +
      'with the public half.',
  ),
  statementKey: secret(
    'STATEMENT_KEY',
    signing,
    ['gateway', ...INSIDE],
    'Signs the gateway’s statement of who acts; subgraphs verify with the public half.',
  ),
  channelSecret: secret(
    'CHANNEL_SECRET',
    bearer,
    ['gateway', ...INSIDE],
    'Signs each HTTP call from the gateway to a subgraph.',
  ),
  cursorSecret: secret(
    'CURSOR_SECRET',
    bearer,
    ['gateway'],
    'Signs the cursors of subscriptions; the same for all gateways.',
  ),
  paymentsKey: secret(
    'PAYMENTS_KEY',
    sealing,
    ['marketplace', 'payments'],
    'Opens payment requests (payments); marketplace seals with the public half.',
  ),
  pspApiKey: secret('PSP_API_KEY', bearer, ['payments'], 'Key at the payment provider.'),
  pspWebhookSecret: secret(
    'PSP_WEBHOOK_SECRET',
    webhook,
    ['payments'],
    'Proves that a call comes from the payment provider.',
  ),
  carrierApiKey: secret('CARRIER_API_KEY', bearer, ['fulfillment'], 'Key at the carrier.'),
  carrierWebhookSecret: secret(
    'CARRIER_WEBHOOK_SECRET',
    webhook,
    ['fulfillment'],
    'Proves that a call comes from the carrier.',
  ),
};

/** Every secret with its value. One that this role does not need is a freshly made stranger. */
export type Secrets = {
  readonly [Name in keyof typeof SECRETS]: (typeof SECRETS)[Name] extends Secret<infer Value>
    ? Value
    : never;
};

export interface SecretSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dataDir: string;
  readonly role: Role;
  readonly production: boolean;
}

/** Reads the secrets; outside production it makes and keeps (mode 600) the ones not given. */
export function loadSecrets(source: SecretSource): Secrets {
  const { env, role, production } = source;
  const entries = Object.entries<Secret<JWK | string>>(SECRETS);
  const missing = entries
    .map(([, one]) => one)
    .filter((one) => production && one.roles.includes(role) && !env[one.name]);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    throw new StartProblem(
      `With NODE_ENV=production every secret must be given; missing: ${names}.`,
    );
  }
  const file = join(production ? source.dataDir : openFolder(source.dataDir), 'secrets.json');
  const kept = production ? {} : readKept(file);
  const values = entries.map(([key, one]) => {
    const given = env[one.name];
    const value = given ? parse(one, given) : (kept[key] ?? one.make());
    if (!given) kept[key] = value;
    return [key, value] as const;
  });
  if (!production && !keep(file, kept)) return loadSecrets(source);
  return Object.fromEntries(values) as unknown as Secrets;
}

/** A fresh value for every secret. */
export function newSecrets(): Secrets {
  const made = Object.entries<Secret<JWK | string>>(SECRETS).map(([key, one]) => [key, one.make()]);
  return Object.fromEntries(made) as Secrets;
}

/** The secrets as environment variables, for processes that we start. */
export function secretsAsEnv(secrets: Secrets): Record<string, string> {
  return Object.fromEntries(
    Object.entries<Secret<JWK | string>>(SECRETS).map(([key, { name }]) => {
      const value = secrets[key as keyof Secrets];
      return [name, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}

function parse(one: Secret<JWK | string>, given: string): JWK | string {
  const value = one.parse(given);
  // The value itself is never printed.
  if (value === undefined) throw new StartProblem(`${one.name} must be ${one.form}.`);
  return value;
}

function readKept(file: string): Record<string, JWK | string> {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, JWK | string>;
  } catch (thrown) {
    throw new StartProblem(`${file} cannot be read (${codeOf(thrown) ?? 'it is damaged'}).`);
  }
}

/** False when another process, started at the same time, made the file first. */
function keep(file: string, kept: Record<string, JWK | string>): boolean {
  const text = `${JSON.stringify(kept, null, 2)}\n`;
  const draft = `${file}.${String(process.pid)}`;
  try {
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return true;
    writeFileSync(draft, text, { mode: 0o600 });
    if (existsSync(file)) renameSync(draft, file);
    else linkSync(draft, file);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    throw new StartProblem(
      `${file} cannot be written (${codeOf(thrown) ?? reasonOf(thrown)}): set DATA_DIR.`,
    );
  } finally {
    rmSync(draft, { force: true });
  }
}
