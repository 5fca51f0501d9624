/** Where a fact stands in its source's outbox. Positions of one source are totally ordered and gap-free to read. */
export interface Position {
  /** Raised after a logical restore, because transaction ids do not survive one. */
  readonly epoch: number;
  /** The writing transaction (xid8), as text: it exceeds what a number can hold. */
  readonly xid: string;
  readonly seq: string;
}

/** A fact to be told: what happened, to whom, and who may want to know it live. */
export interface NewFact {
  readonly type: string;
  /** The changed row's id. */
  readonly subject: string;
  /** The changed row's version after this change; (subject, version) is unique. */
  readonly version?: number;
  /** Live topics, e.g. `order:ord_…`. */
  readonly topics: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** A fact as it was committed. */
export interface Fact extends NewFact {
  readonly id: string;
  /** The subgraph that told it. */
  readonly source: string;
  readonly time: Date;
  /** The account, key or `system` that caused it. */
  readonly actor: string;
  readonly correlationId: string;
  readonly position: Position;
}

/** The CloudEvents 1.0 form of a fact, as webhooks and other transports carry it. */
export const toCloudEvent = (fact: Fact): Record<string, unknown> => ({
  specversion: '1.0',
  id: fact.id,
  source: `/${fact.source}`,
  type: fact.type,
  subject: fact.subject,
  time: fact.time.toISOString(),
  dataschema: `events.json#/${fact.type}`,
  datacontenttype: 'application/json',
  actor: fact.actor,
  correlationid: fact.correlationId,
  data: fact.data,
});

/** Orders positions of one source. */
export function comparePositions(a: Position, b: Position): number {
  if (a.epoch !== b.epoch) return a.epoch - b.epoch;
  const [ax, bx] = [BigInt(a.xid), BigInt(b.xid)];
  if (ax !== bx) return ax < bx ? -1 : 1;
  const [as, bs] = [BigInt(a.seq), BigInt(b.seq)];
  return as === bs ? 0 : as < bs ? -1 : 1;
}
