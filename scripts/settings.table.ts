import { INTROSPECTION_POLICIES } from '../gateway/http/limits/introspection-policy';
import { PERSISTED_MODES } from '../gateway/http/persisted/manifest';
import { PSP_DIALECTS } from '../subgraphs/payments/psp/psp.port';
import { SUBGRAPHS } from './migrations';

/** One setting: how it is written, what it means, how it is read. */
export interface Setting<Value> {
  /** Name of the environment variable. */
  readonly name: string;
  readonly doc: string;
  /** The default as a person reads it. */
  readonly shown: string;
  readonly fallback: Value;
  /** What a value must be, for the line that refuses a bad one. */
  readonly form: string;
  /** Undefined refuses the text. */
  readonly parse: (text: string) => Value | undefined;
  /** True when the flag takes no value. */
  readonly isSwitch: boolean;
}

export const ROLES = ['all', 'gateway', ...SUBGRAPHS, 'worker'] as const;
/** What one process does. */
export type Role = (typeof ROLES)[number];

/** What brings facts from one process to another. */
const EVENT_LOGS = ['postgres', 'jetstream'] as const;

type Words<Value> = Pick<Setting<Value>, 'form' | 'parse'>;

const wholeNumber = (low: number, high: number): Words<number> => ({
  form: `a whole number from ${String(low)} to ${String(high)}`,
  parse: (text) => {
    const value = Number(text);
    return Number.isInteger(value) && value >= low && value <= high ? value : undefined;
  },
});

const oneOf = <Word extends string>(words: readonly Word[]): Words<Word> => ({
  form: `one of ${words.join(', ')}`,
  parse: (text) => words.find((word) => word === text),
});

const yesOrNo: Words<boolean> = {
  form: 'true or false',
  parse: (text) => (/^(true|1)$/.test(text) ? true : /^(false|0)$/.test(text) ? false : undefined),
};

const address = (...protocols: readonly string[]): Words<string> => ({
  form: `an address that starts with ${protocols.map((one) => `${one}//`).join(' or ')}`,
  parse: (text) =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol) ? text : undefined,
});

const origins: Words<readonly string[]> = {
  form: 'a list of origins like https://shop.example,https://app.example',
  parse: (text) => {
    const list = text.split(',').map((one) => one.trim());
    const good = list.every((one) => URL.canParse(one) && new URL(one).origin === one);
    return good ? list : undefined;
  },
};

const anyText: Words<string> = { form: 'a text', parse: (text) => text };

function required<Value>(
  name: string,
  words: Words<Value>,
  fallback: NoInfer<Value>,
  doc: string,
): Setting<Value> {
  const isSwitch = typeof fallback === 'boolean';
  return { name, doc, ...words, fallback, shown: `\`${String(fallback)}\``, isSwitch };
}

/** A setting that may be absent; `shown` says what happens then. */
function optional<Value>(
  name: string,
  words: Words<Value>,
  shown: string,
  doc: string,
): Setting<Value | undefined> {
  return { name, doc, ...words, fallback: undefined, shown, isSwitch: false };
}

const postgres = address('postgres:', 'postgresql:');
const http = address('http:', 'https:');

const databaseOf = (name: string) =>
  optional(
    `${name.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`,
    postgres,
    '`DATABASE_URL`',
    `Database of ${name} when it has its own.`,
  );
const urlOf = (name: string, port: number, doc = `Where the gateway reaches ${name}`) =>
  required(
    `${name.toUpperCase().replaceAll('-', '_')}_URL`,
    http,
    `http://127.0.0.1:${String(port)}`,
    `${doc} when it runs as its own process.`,
  );

/** All settings. The table in the README and `--help` are made from it. */
export const SETTINGS = {
  role: required('ROLE', oneOf(ROLES), 'all', `What this process does: ${ROLES.join(', ')}.`),
  host: required('HOST', anyText, '127.0.0.1', 'Address to listen on; 0.0.0.0 for all networks.'),
  port: optional(
    'PORT',
    wholeNumber(0, 65_535),
    '4000; as its own process marketplace 4001, payments 4002, fulfillment 4003, ' +
      'merchant-services 4004, worker 4005',
    'Port to listen on; 0 takes a free one.',
  ),
  dataDir: required(
    'DATA_DIR',
    anyText,
    '.data',
    'Folder of the embedded database, the simulators’ books and generated secrets.',
  ),
  databaseUrl: optional(
    'DATABASE_URL',
    postgres,
    'the embedded PostgreSQL under `DATA_DIR`',
    'PostgreSQL server to use instead; its user must be allowed to create roles and schemas.',
  ),
  marketplaceDatabaseUrl: databaseOf('marketplace'),
  paymentsDatabaseUrl: databaseOf('payments'),
  fulfillmentDatabaseUrl: databaseOf('fulfillment'),
  merchantServicesDatabaseUrl: databaseOf('merchant-services'),
  marketplaceUrl: urlOf('marketplace', 4001),
  paymentsUrl: urlOf('payments', 4002),
  fulfillmentUrl: urlOf('fulfillment', 4003),
  merchantServicesUrl: urlOf('merchant-services', 4004),
  workerUrl: urlOf('worker', 4005, 'Where the worker’s health is asked for'),
  eventLog: optional(
    'EVENT_LOG',
    oneOf(EVENT_LOGS),
    '`postgres`; `start:distributed` takes `jetstream` when `NATS_URL` is given',
    'What brings facts to other processes: each reads the outboxes (postgres), or NATS JetStream (jetstream).',
  ),
  natsUrl: optional(
    'NATS_URL',
    address('nats:', 'tls:'),
    'none',
    'NATS server (2.9 or newer, with JetStream) for `EVENT_LOG=jetstream`; may hold `user:password@`.',
  ),
  natsStreamMegabytes: required(
    'NATS_STREAM_MEGABYTES',
    wholeNumber(1, 1_000_000),
    1_024,
    'How large the stream of each subgraph may become; what it has dropped is read from the outbox.',
  ),
  liveRetentionHours: required(
    'LIVE_RETENTION_HOURS',
    wholeNumber(1, 8_760),
    72,
    'How long a subscriber may stay away and still resume; an older cursor is refused with ' +
      'CURSOR_EXPIRED. Streams keep facts as long; outboxes keep them for good.',
  ),
  demo: required(
    'DEMO',
    yesOrNo,
    false,
    'Creates the demo accounts and catalogue on a database of your own too; ' +
      'the embedded one always gets them.',
  ),
  pspUrl: optional('PSP_URL', http, 'the PSP simulator', 'Payment provider to use instead.'),
  pspDialect: required(
    'PSP_DIALECT',
    oneOf(PSP_DIALECTS),
    'generic',
    'How the payment provider is spoken to: generic (JSON, Standard Webhooks) or stripe; the simulator speaks both.',
  ),
  carrierUrl: optional('CARRIER_URL', http, 'the carrier simulator', 'Carrier to use instead.'),
  pspPort: required(
    'PSP_SIMULATOR_PORT',
    wholeNumber(0, 65_535),
    4710,
    'Port of the PSP simulator.',
  ),
  carrierPort: required(
    'CARRIER_SIMULATOR_PORT',
    wholeNumber(0, 65_535),
    4720,
    'Port of the carrier simulator.',
  ),
  carrierRate: required(
    'CARRIER_SIMULATOR_RATE',
    wholeNumber(1, 1_000_000),
    3600,
    'Seconds of the carrier simulator’s own clock per second: at 3600 a parcel arrives in minutes.',
  ),
  allowedOrigins: optional(
    'ALLOWED_ORIGINS',
    origins,
    'any',
    'Origins of pages that may call the gateway, separated by commas; its own playground always may.',
  ),
  trustProxy: required(
    'TRUST_PROXY',
    wholeNumber(0, 10),
    0,
    'How many proxies in front of the gateway append to `X-Forwarded-For`; 0 takes the address of the connection.',
  ),
  costLimit: required(
    'COST_LIMIT',
    wholeNumber(1, 1_000_000_000),
    1_000,
    'What one operation may cost; more is refused with MAX_COST_EXCEEDED.',
  ),
  costBudget: required(
    'COST_BUDGET',
    wholeNumber(1, 1_000_000_000),
    2_000,
    'What one caller (API key, account or network) may spend at once; more is refused with THROTTLED.',
  ),
  costRestore: required(
    'COST_RESTORE',
    wholeNumber(1, 1_000_000_000),
    100,
    'How much of a caller’s cost budget comes back each second.',
  ),
  gateways: required(
    'GATEWAYS',
    wholeNumber(1, 1_000),
    1,
    'How many gateways share the work: each gives callers its share of their budget.',
  ),
  introspection: optional(
    'INTROSPECTION',
    oneOf(INTROSPECTION_POLICIES),
    '`public`; with `NODE_ENV=production` `signed-in`',
    'Who may ask for the schema: public, signed-in or off.',
  ),
  persistedOperations: optional(
    'PERSISTED_OPERATIONS',
    anyText,
    'none',
    'Manifest of registered operations (Apollo’s or Relay’s format), or a folder with one `<client name>.json` an app.',
  ),
  persistedMode: required(
    'PERSISTED_MODE',
    oneOf(PERSISTED_MODES),
    'OPEN',
    'OPEN runs any operation, SAFELIST only registered ones.',
  ),
  supergraph: required(
    'SUPERGRAPH',
    anyText,
    'schema/supergraph.graphql',
    'File of the composed supergraph; a changed one is taken within seconds (at once at SIGUSR2) without dropping clients.',
  ),
  metricsPort: optional(
    'METRICS_PORT',
    wholeNumber(0, 65_535),
    'none: no metrics are served',
    'Port of `/metrics` for Prometheus; `start:distributed` counts up from it: gateway, marketplace, ' +
      'payments, fulfillment, merchant-services, worker.',
  ),
  metricsHost: required(
    'METRICS_HOST',
    anyText,
    '127.0.0.1',
    'Address that `/metrics` listens on: not one that clients reach.',
  ),
  otlpEndpoint: optional(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    http,
    'none: nothing is traced',
    'OpenTelemetry collector (OTLP over HTTP) that traces are sent to, e.g. `http://127.0.0.1:4318`.',
  ),
  logLevel: required(
    'LOG_LEVEL',
    oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'warn',
    'Least level of the JSON log lines on standard error.',
  ),
  nodeEnv: required(
    'NODE_ENV',
    anyText,
    'development',
    'With `production` every secret must be given: none is generated.',
  ),
};

/** The settings in the order in which they are documented. */
export const DOCUMENTED: readonly Setting<unknown>[] = Object.values(SETTINGS);
