import { systemViewer } from '../auth/viewer';
import { after, MINUTE, SECOND } from '../clock/clock';
import type { Database, Tx } from '../db/database';
import type { Logger } from '../server/log';
import type { Doorbell } from './doorbell';
import { type EventLog, ORIGIN } from './event-log';
import type { Fact, Position } from './fact';
import { Leadership } from './leadership';
import { Poller } from './poller';
import type { Reaction } from './reaction';

const BATCH = 200;
/** Facts handled in one transaction when all goes well. */
const CHUNK = 20;
const POLL_MS = 250;

export interface ConsumerOptions {
  readonly db: Database;
  readonly logs: readonly EventLog[];
  readonly reactions: readonly Reaction[];
  readonly doorbell: Doorbell;
  readonly log: Logger;
}

/**
 * Brings other subgraphs' facts to this one's reactions, in commit order per source. The inbox row is written in the
 * reaction's own transaction, so each effect happens exactly once however often a fact is read. A fact whose reaction
 * fails is parked and tried again with growing pauses; the others go on. One process at a time consumes for a subgraph
 * (a session lock): when it dies, another takes over.
 */
export class Consumer {
  private readonly byType = new Map<string, Reaction[]>();
  private readonly pollers: Poller[] = [];
  private readonly unlisten: (() => void)[] = [];
  private readonly leadership: Leadership;

  constructor(private readonly options: ConsumerOptions) {
    this.leadership = new Leadership(options.db, 'consumer');
    for (const reaction of options.reactions) {
      const known = this.byType.get(reaction.on) ?? [];
      this.byType.set(reaction.on, [...known, reaction]);
    }
  }

  start(): void {
    const { logs, doorbell, log, db } = this.options;
    for (const source of logs) {
      const name = `${db.schema} <- ${source.source}`;
      const poller = new Poller(name, () => this.consume(source), POLL_MS, log);
      this.unlisten.push(doorbell.listen(source.source, () => poller.wake()));
      this.pollers.push(poller);
    }
    this.pollers.push(new Poller(`${db.schema} parked`, () => this.retryParked(), SECOND, log));
    for (const poller of this.pollers) poller.start();
  }

  async stop(): Promise<void> {
    for (const stop of this.unlisten) stop();
    await Promise.all(this.pollers.map((poller) => poller.stop()));
    this.leadership.resign();
  }

  /** Reads and handles one batch of a source. True when there was one. */
  private async consume(source: EventLog): Promise<boolean> {
    if (!(await this.leadership.leads())) return false;
    const { db } = this.options;
    const from =
      (await db.first<Position>(
        'select epoch, xid::text as xid, seq::text as seq from "inboxCursor" where source = $1',
        [source.source],
      )) ?? ORIGIN;
    const facts = await source.read(from, BATCH);
    const last = facts.at(-1);
    if (last === undefined) return false;
    const wanted = facts.filter((fact) => this.byType.has(fact.type));
    for (let i = 0; i < wanted.length; i += CHUNK) await this.handle(wanted.slice(i, i + CHUNK));
    await db.query(
      `insert into "inboxCursor" (source, epoch, xid, seq) values ($1, $2, $3::text::xid8, $4)
       on conflict (source) do update set (epoch, xid, seq) = (excluded.epoch, excluded.xid, excluded.seq)`,
      [source.source, last.position.epoch, last.position.xid, last.position.seq],
    );
    return true;
  }

  /** All in one transaction; when one of them fails, each on its own and the failing ones parked. */
  private async handle(facts: readonly Fact[]): Promise<void> {
    if (facts.length > 1) {
      try {
        await this.inOne(facts);
        return;
      } catch (error) {
        this.options.log.debug({ err: error }, 'batch failed, handling its facts one by one');
      }
    }
    for (const fact of facts) {
      try {
        await this.inOne([fact]);
      } catch (error) {
        await this.park(fact, error);
      }
    }
  }

  private inOne(facts: readonly Fact[]): Promise<void> {
    const viewer = systemViewer(facts[0]?.correlationId ?? 'none');
    return this.options.db.transaction(viewer, async (tx) => {
      for (const fact of facts) await this.react(tx, fact);
    });
  }

  private async react(tx: Tx, fact: Fact): Promise<void> {
    const fresh = await tx.query(
      `insert into inbox ("eventId", type, "handledAt") values ($1, $2, $3)
       on conflict do nothing returning 1 as one`,
      [fact.id, fact.type, tx.now],
    );
    if (fresh.length === 0) return;
    for (const reaction of this.byType.get(fact.type) ?? []) await reaction.run(tx, fact);
  }

  private async park(fact: Fact, error: unknown): Promise<void> {
    const { db, log } = this.options;
    log.error({ err: error, fact: fact.type, id: fact.id }, 'reaction failed, fact parked');
    await db.query(
      `insert into "inboxParked" ("eventId", source, fact, attempts, "nextAt", error)
       values ($1, $2, $3, 1, $4, $5) on conflict do nothing`,
      [fact.id, fact.source, JSON.stringify(fact), after(db.clock.now(), SECOND), String(error)],
    );
  }

  private async retryParked(): Promise<boolean> {
    if (!(await this.leadership.leads())) return false;
    const { db } = this.options;
    const due = await db.query<{ eventId: string; fact: Fact; attempts: number }>(
      `select "eventId", fact, attempts from "inboxParked" where "nextAt" <= $1 order by "nextAt" limit 20`,
      [db.clock.now()],
    );
    for (const { eventId, fact, attempts } of due) {
      try {
        await this.inOne([{ ...fact, time: new Date(fact.time) }]);
        await db.query('delete from "inboxParked" where "eventId" = $1', [eventId]);
      } catch (error) {
        const wait = Math.min(SECOND * 2 ** attempts, 10 * MINUTE);
        await db.query(
          `update "inboxParked" set attempts = attempts + 1, "nextAt" = $2, error = $3 where "eventId" = $1`,
          [eventId, after(db.clock.now(), wait), String(error)],
        );
      }
    }
    return due.length > 0;
  }
}
