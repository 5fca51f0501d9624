import type { Tx } from '../db/database';
import { idKind } from '../ids/id';
import type { NewFact } from './fact';

const eventIds = idKind('evt');

const APPEND = `
  insert into outbox (epoch, id, type, subject, "subjectVersion", topics, data, actor, "correlationId", time)
  select e.epoch, f.id, f.type, f.subject, f.version, f.topics, f.data, $2, $3, $4
  from "outboxEpoch" e,
    rows from (jsonb_to_recordset($1)
      as (id text, type text, subject text, version integer, topics text[], data jsonb)) with ordinality
      as f (id, type, subject, version, topics, data, n)
  order by f.n`;

/** Writes a transaction's facts in one statement, in the order told. True when there were any. */
export async function appendFacts(tx: Tx, facts: readonly NewFact[]): Promise<boolean> {
  if (facts.length === 0) return false;
  const rows = facts.map((fact) => ({ ...fact, id: eventIds.create() }));
  const actor = tx.viewer.accountId ?? tx.viewer.keyId ?? tx.viewer.kind.toLowerCase();
  await tx.query(APPEND, [JSON.stringify(rows), actor, tx.viewer.correlationId, tx.now]);
  return true;
}
