import { SECRETS } from './secrets';
import { DOCUMENTED, type Role, SETTINGS, type Setting } from './settings.table';
import { StartProblem } from './start-problem';

/** Every setting with its value, typed by the table. */
export type Settings = {
  readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name] extends Setting<infer Value>
    ? Value
    : never;
};

/** What a command line asks for. */
export type Command =
  { readonly kind: 'help' } | { readonly kind: 'run'; readonly settings: Settings };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads flags (they win) and environment. A flag is the setting's name in small letters with
 * dashes: `--data-dir x` or `--data-dir=x` sets DATA_DIR. Throws a StartProblem naming the first
 * value that cannot be used.
 */
export function readSettings(args: readonly string[], env: Environment): Command {
  const flags = readFlags(args);
  if (flags === 'help') return { kind: 'help' };
  const entries = Object.entries(SETTINGS).map(([key, setting]) => [
    key,
    valueOf(setting, flags.get(setting.name) ?? env[setting.name]),
  ]);
  return { kind: 'run', settings: Object.fromEntries(entries) as Settings };
}

function valueOf(setting: Setting<unknown>, given: string | undefined): unknown {
  // An empty variable is how a shell or a compose file says "not set".
  if (given === undefined || given === '') return setting.fallback;
  const value = setting.parse(given);
  if (value === undefined) {
    // An address may hold a password, which must not reach a terminal or a log.
    const shown = given.includes('@') ? '' : `=${given}`;
    throw new StartProblem(`${setting.name}${shown} cannot be used: it must be ${setting.form}.`);
  }
  return value;
}

function readFlags(args: readonly string[]): Map<string, string> | 'help' {
  const flags = new Map<string, string>();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--help' || arg === '-h') return 'help';
    const [flag, inline] = splitOnce(arg);
    const setting = DOCUMENTED.find((one) => flagOf(one) === flag);
    if (!setting) throw new StartProblem(`${arg} is not a setting: see npm start -- --help.`);
    flags.set(setting.name, inline ?? (setting.isSwitch ? 'true' : (rest.shift() ?? '')));
  }
  return flags;
}

function splitOnce(arg: string): [string, string | undefined] {
  const at = arg.indexOf('=');
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}

const flagOf = (setting: Setting<unknown>): string =>
  `--${setting.name.toLowerCase().replaceAll('_', '-')}`;

/** What `npm start -- --help` prints. */
export function settingsHelp(): string {
  const lines = DOCUMENTED.map((one) => {
    const flag = one.isSwitch ? flagOf(one) : `${flagOf(one)} VALUE`;
    return `  ${flag}  (${one.name})\n      ${one.doc}\n      Default: ${one.shown}.`;
  });
  const secrets = Object.values(SECRETS).map((one) => `  ${one.name}\n      ${one.doc}`);
  return [
    'Usage: npm start -- [flags]',
    'Each setting is a flag or an environment variable; the flag wins.',
    '',
    ...lines,
    '',
    `Secrets, by environment only. Not given, they are made and kept under DATA_DIR; with`,
    'NODE_ENV=production they must be given.',
    ...secrets,
  ]
    .join('\n')
    .replaceAll('`', '');
}

/** The settings and secrets as Markdown tables, for the README. */
export function settingsMarkdown(): string {
  const rows = DOCUMENTED.map(
    (one) => `| \`${one.name}\` | \`${flagOf(one)}\` | ${one.shown} | ${one.doc} |`,
  );
  const secrets = Object.values(SECRETS).map((one) => `| \`${one.name}\` | ${one.doc} |`);
  return [
    '| variable | flag | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '| secret (environment only) | meaning |',
    '| --- | --- |',
    ...secrets,
  ].join('\n');
}

/** The port a role listens on when PORT is not given. */
export function portOf(settings: Settings, role: Role = settings.role): number {
  return settings.port ?? DEFAULT_PORTS[role];
}

/** Default ports by role. They agree with docker-compose.yml, which a test checks. */
export const DEFAULT_PORTS: Readonly<Record<Role, number>> = {
  all: 4000,
  gateway: 4000,
  marketplace: 4001,
  payments: 4002,
  fulfillment: 4003,
  'merchant-services': 4004,
  worker: 4005,
};
