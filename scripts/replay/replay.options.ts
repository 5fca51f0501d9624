import { parseArgs } from 'node:util';
import type { Topology } from '../system/system.process';

export interface ReplayOptions {
  readonly data: string;
  readonly orders: number;
  /** A running graph; without it the replay starts one of its own on a fresh data folder. */
  readonly url: string | undefined;
  readonly carrier: string;
  readonly topology: Topology;
  readonly concurrency: number;
  /** How often its own system is killed (`kill -9`), by turns the program and PostgreSQL. */
  readonly kills: number;
  readonly quiet: boolean;
}

export const REPLAY_HELP = `npm run replay -- --data FOLDER [--orders 300] [--topology embedded|distributed]
                  [--url http://…/graphql --carrier http://…] [--concurrency 6] [--kills 0] [--quiet]

Plays real orders (the published files of the Brazilian E-Commerce Public Dataset by Olist, as a
folder of CSV files) through the public graph, then holds the money against the files to the cent.
Without --url it starts a system of its own on a fresh data folder and stops it at the end.`;

export function replayOptions(argv: readonly string[]): ReplayOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string' },
      orders: { type: 'string', default: '300' },
      url: { type: 'string' },
      carrier: { type: 'string', default: 'http://127.0.0.1:4720' },
      topology: { type: 'string', default: 'embedded' },
      concurrency: { type: 'string', default: '6' },
      kills: { type: 'string', default: '0' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.data === undefined) return undefined;
  const topology = values.topology;
  if (topology !== 'embedded' && topology !== 'distributed') {
    throw new Error('--topology is embedded or distributed');
  }
  return {
    data: values.data,
    orders: whole('orders', values.orders, 1, 100_000),
    url: values.url,
    carrier: values.carrier,
    topology,
    concurrency: whole('concurrency', values.concurrency, 1, 64),
    kills: whole('kills', values.kills, 0, 1_000),
    quiet: values.quiet,
  };
}

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new Error(`--${name} is a whole number from ${String(low)} to ${String(high)}`);
}
