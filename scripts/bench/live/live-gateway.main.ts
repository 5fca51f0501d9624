import type { JWK } from 'jose';
import { systemClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import { LOG_READER_ROLE } from '#kernel/db/migrate';
import { PostgresDoorbell } from '#kernel/events/doorbell';
import { PostgresEventLog } from '#kernel/events/event-log';
import { makeLogger } from '#kernel/server/log';
import { startGateway } from '../../../gateway/gateway.main';
import { givenOptions, serveCommands } from '../bench.program';
import { SCHEMA } from './parcel.store';

/** How our gateway is started for the live bench. */
export interface LiveGatewayOptions {
  readonly supergraphSdl: string;
  readonly doors: readonly { readonly name: string; readonly url: string }[];
  readonly databaseUrl: string;
  readonly signingKey: JWK;
  readonly channelSecret: string;
  readonly accountKey: JWK;
  readonly cursorSecret: string;
}

/** Our gateway as its role runs alone: subgraphs over HTTP, the outbox read with the role for logs. */
async function start(): Promise<number> {
  const { databaseUrl: url, ...options } = givenOptions() as LiveGatewayOptions;
  const clock = systemClock;
  const db = await Database.open({ url, schema: SCHEMA, role: LOG_READER_ROLE, clock });
  const { port } = await startGateway({
    // One client stands for all of them: the budget is charged as ever, and does not run out.
    limits: { bucket: { size: 1e9, restorePerSecond: 1e9, gateways: 1 } },
    ...options,
    logs: [new PostgresEventLog('parcels', db)],
    doorbell: new PostgresDoorbell(url),
    port: 0,
    clock,
    log: makeLogger('gateway', 'warn'),
  });
  return port;
}

serveCommands({ start });
