import { systemViewer } from '../auth/viewer';
import type { Database } from '../db/database';
import type { EventLog } from '../events/event-log';
import { type Fact, type NewFact, type Position, comparePositions } from '../events/fact';
import { appendFacts } from '../events/outbox';
import { until } from './until';

const viewer = systemViewer('test');
const TOPICS = ['order:1', 'order:2', 'order:3', 'seller:1'];

export const thing = (subject: string, topics: readonly string[] = []): NewFact => ({
  type: 'thing.added',
  subject,
  topics,
  data: { subject },
});

export const tell = (db: Database, ...facts: NewFact[]): Promise<void> =>
  db.transaction(viewer, (tx) => {
    tx.publish(...facts);
    return Promise.resolve();
  });

/** Takes a number in the outbox now, and commits (or not) only after a while, as a long transaction does. */
export async function tellSlowly(
  db: Database,
  facts: readonly NewFact[],
  seconds: number,
  commits = true,
): Promise<void> {
  const changedItsMind = new Error('changed its mind');
  const told = db.transaction(viewer, async (tx) => {
    await appendFacts(tx, facts);
    await tx.query('select pg_sleep($1)', [seconds]);
    if (!commits) throw changedItsMind;
  });
  await told.catch((error: unknown) => {
    if (error !== changedItsMind) throw error;
  });
}

/** What was committed, in the order that every log must show. */
export type Row = Pick<Fact, 'id' | 'subject' | 'topics' | 'position'>;

export async function outboxRows(db: Database): Promise<Row[]> {
  const rows = await db.query<Omit<Row, 'position'> & Position>(
    `select o.id, o.subject, o.topics, o.epoch, o.xid::text, o.seq::text
     from outbox o order by o.epoch, o.xid, o.seq`,
  );
  return rows.map(({ epoch, xid, seq, ...row }) => ({ ...row, position: { epoch, xid, seq } }));
}

/** Waits until the log shows all that was committed so far; returns its last position. */
export async function level(db: Database, log: EventLog): Promise<Position> {
  const last = (await outboxRows(db)).at(-1)?.position;
  if (last === undefined) return log.head();
  const reached = async (): Promise<boolean> => comparePositions(await log.head(), last) >= 0;
  await until(reached, 'the log to show everything', 30_000);
  return last;
}

export interface Proof {
  readonly db: Database;
  readonly log: EventLog;
  /** Happens while writers write. */
  readonly disturb?: () => Promise<void>;
}

interface Reader {
  readonly from: Position;
  readonly topics: readonly string[] | undefined;
  readonly seen: Promise<string[]>;
}

const WRITERS = 16;
const EACH = 30;

/**
 * 16 writers commit and roll back as chance has it, while readers follow from the beginning and from heads taken in
 * between, all facts or those of topics. Throws unless each reader has seen exactly what the outbox holds for it.
 */
export async function proveLog({ db, log, disturb }: Proof): Promise<void> {
  const state = { isOver: false };
  const start = await level(db, log);
  const readers = [follow(log, start, undefined, state), follow(log, start, TOPICS[3], state)];
  const written = Promise.all(Array.from({ length: WRITERS }, (_, n) => write(db, n)));
  const disturbed = disturb?.();
  for (const topic of TOPICS) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    const head = await log.head();
    readers.push(follow(log, head, undefined, state), follow(log, head, topic, state));
  }
  await written;
  await disturbed;
  await level(db, log);
  state.isOver = true;
  const rows = await outboxRows(db);
  for (const reader of readers) expectSame(await reader.seen, wanted(rows, reader));
  for (let n = 0; n < 40; n++) {
    const { position: from } = rows[Math.floor(Math.random() * rows.length)] as Row;
    const facts = await log.read(from, rows.length);
    expectSame(idsOf(facts), wanted(rows, { from, topics: undefined }));
  }
}

async function write(db: Database, writer: number): Promise<void> {
  for (let n = 0; n < EACH; n++) {
    const count = 1 + Math.floor(Math.random() * 3);
    const facts = Array.from({ length: count }, (_, i) => {
      const topics = TOPICS.filter(() => Math.random() < 0.4);
      return thing(`${writer.toString()}/${n.toString()}/${i.toString()}`, topics);
    });
    await tellSlowly(db, facts, Math.random() * 0.01, Math.random() < 0.8);
  }
}

function follow(
  log: EventLog,
  from: Position,
  topic: string | undefined,
  state: { readonly isOver: boolean },
): Reader {
  const topics = topic === undefined ? undefined : [topic, 'nobody:1'];
  const read = async (): Promise<string[]> => {
    const seen: string[] = [];
    let at = from;
    for (;;) {
      const { isOver } = state;
      const facts = await log.read(at, 1 + Math.floor(Math.random() * 50), topics);
      seen.push(...idsOf(facts));
      at = facts.at(-1)?.position ?? at;
      if (facts.length > 0) continue;
      if (isOver) return seen;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { from, topics, seen: read() };
}

const wanted = (rows: readonly Row[], { from, topics }: Pick<Reader, 'from' | 'topics'>) =>
  rows
    .filter(({ position }) => comparePositions(position, from) > 0)
    .filter((row) => topics === undefined || row.topics.some((topic) => topics.includes(topic)))
    .map(({ id }) => id);

const idsOf = (facts: readonly Fact[]): string[] => facts.map(({ id }) => id);

/** A list of a thousand ids that differ helps nobody: says where. */
function expectSame(seen: readonly string[], want: readonly string[]): void {
  const lost = want.filter((id) => !seen.includes(id)).length;
  const at = want.findIndex((id, n) => seen[n] !== id);
  if (seen.length === want.length && at < 0) return;
  throw new Error(
    `saw ${seen.length.toString()} of ${want.length.toString()} facts, ` +
      `${lost.toString()} lost, the first difference at ${at.toString()}`,
  );
}
