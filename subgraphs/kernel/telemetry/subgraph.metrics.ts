import { Gauge, Registry } from 'prom-client';
import type { Database } from '../db/database';
import { type EventLog, ORIGIN } from '../events/event-log';
import type { Position } from '../events/fact';

/** A subgraph as its metrics see it. */
export interface MeasuredSubgraph {
  readonly name: string;
  readonly db: Database;
}

interface Backlog {
  readonly parked: bigint;
  readonly overdue: bigint;
  readonly latest: Date | null;
  readonly held: Date | null;
}

// Facts are read in commit order, so a transaction that stays open holds back all facts that were committed after it.
const BACKLOG = `
  select
    (select count(*) from "inboxParked") as parked,
    (select count(*) from timer where "fireAt" <= $1) as overdue,
    (select min("fireAt") from timer where "fireAt" <= $1) as latest,
    (select min(time) from outbox where xid >= pg_snapshot_xmin(pg_current_snapshot())) as held`;
const CURSOR =
  'select epoch, xid::text as xid, seq::text as seq from "inboxCursor" where source = $1';

/** What waits in the subgraphs of this process, read from their databases whenever somebody asks. */
export class SubgraphMetrics {
  readonly registry = new Registry();
  private asked: Promise<ReadonlyMap<string, Backlog | undefined>> | undefined;

  constructor(private readonly subgraphs: readonly MeasuredSubgraph[]) {
    this.pools();
    const now = (): number => subgraphs[0]?.db.clock.now().getTime() ?? 0;
    const since = (moment: Date | null): number =>
      moment === null ? 0 : Math.max(0, now() - moment.getTime()) / 1_000;
    this.backlog('parked_facts', 'Facts whose reaction failed.', (row) => Number(row.parked));
    this.backlog('timers_overdue', 'Timers that are due.', (row) => Number(row.overdue));
    this.backlog('timer_delay_seconds', 'How late the latest timer is.', (row) =>
      since(row.latest),
    );
    this.backlog(
      'outbox_held_seconds',
      'Age of the oldest fact that cannot be read yet because an earlier transaction still runs.',
      (row) => since(row.held),
    );
    this.reachable();
  }

  /** For the process that reacts: how far behind its reactions are, by the source of the facts. */
  watchInboxes(logs: readonly EventLog[]): void {
    const { subgraphs } = this;
    new Gauge({
      name: 'tradegraph_subgraph_outbox_lag_seconds',
      help: 'Age of the oldest fact of a source that a subgraph has not read yet; 0 when it has read all.',
      labelNames: ['subgraph', 'source'],
      registers: [this.registry],
      async collect() {
        this.reset();
        await Promise.all(
          subgraphs.flatMap(({ name, db }) =>
            logs
              .filter(({ source }) => source !== name)
              .map(async (log) => {
                const lag = await inboxLag(db, log).catch(() => undefined);
                if (lag !== undefined) this.set({ subgraph: name, source: log.source }, lag);
              }),
          ),
        );
      },
    });
  }

  private pools(): void {
    const { subgraphs } = this;
    new Gauge({
      name: 'tradegraph_subgraph_pool_connections',
      help: 'Connections of the pool by state; waiting are the callers that have none.',
      labelNames: ['subgraph', 'state'],
      registers: [this.registry],
      collect() {
        for (const { name: subgraph, db } of subgraphs) {
          const { total, idle, waiting } = db.poolUse;
          this.set({ subgraph, state: 'busy' }, total - idle);
          this.set({ subgraph, state: 'idle' }, idle);
          this.set({ subgraph, state: 'waiting' }, waiting);
        }
      },
    });
  }

  private backlog(name: string, help: string, valueOf: (row: Backlog) => number): void {
    const read = (): Promise<ReadonlyMap<string, Backlog | undefined>> => this.read();
    new Gauge({
      name: `tradegraph_subgraph_${name}`,
      help,
      labelNames: ['subgraph'],
      registers: [this.registry],
      async collect() {
        this.reset();
        for (const [subgraph, row] of await read()) {
          if (row !== undefined) this.set({ subgraph }, valueOf(row));
        }
      },
    });
  }

  private reachable(): void {
    const read = (): Promise<ReadonlyMap<string, Backlog | undefined>> => this.read();
    new Gauge({
      name: 'tradegraph_subgraph_database_up',
      help: '1 when the database answers; without it the other figures of the subgraph are absent.',
      labelNames: ['subgraph'],
      registers: [this.registry],
      async collect() {
        for (const [subgraph, row] of await read())
          this.set({ subgraph }, row === undefined ? 0 : 1);
      },
    });
  }

  /** All gauges of one scrape are collected at once and share one reading. */
  private read(): Promise<ReadonlyMap<string, Backlog | undefined>> {
    this.asked ??= Promise.all(
      this.subgraphs.map(async ({ name, db }) => {
        const row = await db.first<Backlog>(BACKLOG, [db.clock.now()]).catch(() => undefined);
        return [name, row] as const;
      }),
    )
      .then((rows) => new Map(rows))
      .finally(() => (this.asked = undefined));
    return this.asked;
  }
}

async function inboxLag(db: Database, log: EventLog): Promise<number> {
  const from = (await db.first<Position>(CURSOR, [log.source])) ?? ORIGIN;
  const [oldest] = await log.read(from, 1);
  if (oldest === undefined) return 0;
  return Math.max(0, db.clock.now().getTime() - oldest.time.getTime()) / 1_000;
}
