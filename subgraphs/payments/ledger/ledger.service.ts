import type { Queries } from '#kernel/db/database';
import {
  type AccountSpec,
  type Leg,
  type Posting,
  openArguments,
  postArguments,
  postCall,
} from './ledger.rules';
import { uuidFrom } from './uuid.rules';

const OPEN = `select ledger_open($1::smallint[], $2::uuid[], $3::text[], $4::smallint[],
  $5::boolean[]) as ids`;
const POST = `select ${postCall(1)} as fresh`;

/** Opens accounts, or finds them, and returns their numbers in the order asked. The only caller of `ledger_open`. */
export async function openAccounts(db: Queries, specs: readonly AccountSpec[]): Promise<bigint[]> {
  const row = await db.first<{ ids: (bigint | string)[] }>(OPEN, openArguments(specs));
  if (row?.ids.length !== specs.length) throw new Error('an account could not be opened');
  return row.ids.map(BigInt);
}

/**
 * Names a use case's legs: the same cause and place give the same UUID, so posting it twice has no effect. `cause` is
 * unique per use case, e.g. `pop_…:captured`.
 */
export function posting(cause: string, currency: string, at: Date, legs: readonly Leg[]): Posting {
  return {
    group: uuidFrom(cause),
    currency,
    at,
    legs: legs.map((leg, n) => ({ ...leg, id: legId(cause, n) })),
  };
}

/** The UUID of a use case's leg by its place. */
export const legId = (cause: string, n: number): string => uuidFrom(`${cause}#${n}`);

/** True when a use case's legs are in the ledger, whatever they are. */
export const isPosted = async (db: Queries, cause: string): Promise<boolean> =>
  (await db.first('select 1 as one from ledger_transfer where group_id = $1 limit 1', [
    uuidFrom(cause),
  ])) !== undefined;

/** Posts on its own. Use cases that write rows too put `postCall` into their one write statement. */
export const post = (db: Queries, what: Posting): Promise<number> => postAll(db, [what]);

/** Posts different groups in one call: all of them or none. Limits apply to the net of the call. */
export async function postAll(db: Queries, groups: readonly Posting[]): Promise<number> {
  const each = groups.map((group) => postArguments(group) as unknown[][]);
  const columns = each[0]?.map((_, n) => each.flatMap((one) => one[n] ?? []));
  const row = await db.first<{ fresh: number }>(POST, columns);
  return row?.fresh ?? 0;
}

/** One row of `invariant_violation`. */
export interface Violation {
  readonly invariant: string;
  readonly subject: string;
  readonly detail: string;
}

/** Everything about money that does not hold; empty = all is well. Reads the whole ledger: after tests and nightly. */
export const violations = (db: Queries): Promise<Violation[]> =>
  db.query('select invariant, subject, detail from invariant_violation order by 1, 2');
