import { parseArgs } from 'node:util';
import { type WebhookTarget } from './webhook.sender';

/** What flags and environment say. A flag wins over its `SIM_…` variable. */
export interface Settings {
  port: number;
  dataDir: string;
  seed: number;
  webhook: WebhookTarget | undefined;
  apiKey: string;
  /** Virtual seconds per real second (carriers). */
  rate: number;
  /** Whether a carrier collects a shipment by itself one virtual hour after booking. */
  autoHandover: boolean;
}

/** Reads settings; throws an Error with one clear line when they do not fit. */
export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  otherwise: { port: number; dataDir: string; apiKey: string },
): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      seed: { type: 'string' },
      'webhook-url': { type: 'string' },
      'webhook-secret': { type: 'string' },
      'webhook-dialect': { type: 'string' },
      'api-key': { type: 'string' },
      rate: { type: 'string' },
      'auto-handover': { type: 'boolean' },
      'no-auto-handover': { type: 'boolean' },
    },
  });
  return {
    port: wholeNumber('port', values.port ?? env['SIM_PORT'], otherwise.port, 65_535),
    dataDir: values.data ?? env['SIM_DATA'] ?? otherwise.dataDir,
    seed: wholeNumber('seed', values.seed ?? env['SIM_SEED'], 1, Number.MAX_SAFE_INTEGER),
    webhook: targetOf(
      values['webhook-url'] ?? env['SIM_WEBHOOK_URL'],
      values['webhook-secret'] ?? env['SIM_WEBHOOK_SECRET'],
      values['webhook-dialect'] ?? env['SIM_WEBHOOK_DIALECT'],
    ),
    apiKey: values['api-key'] ?? env['SIM_API_KEY'] ?? otherwise.apiKey,
    rate: rateOf(values.rate ?? env['SIM_RATE']),
    autoHandover:
      values['no-auto-handover'] !== true &&
      (values['auto-handover'] === true || env['SIM_AUTO_HANDOVER'] !== 'off'),
  };
}

function wholeNumber(
  name: string,
  given: string | undefined,
  otherwise: number,
  high: number,
): number {
  if (given === undefined || given === '') return otherwise;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 0 || value > high) {
    throw new Error(`--${name} must be a whole number from 0 to ${String(high)}, not "${given}"`);
  }
  return value;
}

function rateOf(given: string | undefined): number {
  if (given === undefined || given === '') return 1;
  const value = Number(given);
  if (!(value > 0 && value <= 1_000_000)) {
    throw new Error(`--rate must be above 0 and at most 1000000, not "${given}"`);
  }
  return value;
}

function targetOf(
  url: string | undefined,
  secret: string | undefined,
  dialect: string | undefined,
): WebhookTarget | undefined {
  if (url === undefined || url === '') return undefined;
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new Error(`--webhook-url must be an http(s) address, not "${url}"`);
  }
  if (secret === undefined || !/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(secret)) {
    throw new Error('--webhook-secret must be whsec_ followed by base64 of at least 12 bytes');
  }
  if (dialect !== undefined && dialect !== 'standard' && dialect !== 'stripe') {
    throw new Error(`--webhook-dialect must be standard or stripe, not "${dialect}"`);
  }
  return { url, secret, ...(dialect === 'stripe' ? { dialect } : {}) };
}
