import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { Queries } from '#kernel/db/database';
import type { PageRequest } from '#kernel/graphql/page';
import { refuse } from '../payments.errors';

/** Which transfers to list; null: all. */
export interface TransferFilter {
  /** Between an account of this kind and any other, in either direction. */
  readonly accountKind: number | null;
  /** In or out of accounts of this owner. */
  readonly owner: string | null;
  /** About this tender, payout, … */
  readonly subject: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
}

/** A transfer with the accounts that it moves. */
export interface ListedTransfer {
  readonly id: string;
  readonly epoch: number;
  readonly xid: string;
  readonly seq: bigint;
  readonly groupId: string;
  readonly kind: number;
  readonly code: number;
  readonly pendingId: string | null;
  readonly correctsId: string | null;
  readonly subject: string | null;
  readonly amount: bigint;
  readonly currency: string;
  readonly at: Date;
  readonly createdAt: Date;
  readonly debitKind: number;
  readonly debitOwner: string;
  readonly creditKind: number;
  readonly creditOwner: string;
}

const list = (backward: boolean): string => `
  select t.id, t.epoch, t.xid::text as xid, t.seq, t.group_id as "groupId", t.kind, t.code,
    t.pending_id as "pendingId", t.corrects_id as "correctsId", t.subject, t.amount,
    t.currency::text as currency, t.event_at as at, t.created_at as "createdAt",
    d.kind as "debitKind", d.owner_id as "debitOwner", c.kind as "creditKind",
    c.owner_id as "creditOwner"
  from ledger_transfer t join ledger_account d on d.id = t.debit
    join ledger_account c on c.id = t.credit
  where ($1::smallint is null or $1 in (d.kind, c.kind))
    and ($2::uuid is null or $2 in (d.owner_id, c.owner_id))
    and ($3::uuid is null or t.subject = $3)
    and ($4::timestamptz is null or t.created_at >= $4)
    and ($5::timestamptz is null or t.created_at < $5)
    and ($6::smallint is null or (t.epoch, t.xid, t.seq) ${backward ? '>' : '<'} ($6, $7::xid8, $8))
  order by t.epoch ${order(backward)}, t.xid ${order(backward)}, t.seq ${order(backward)}
  limit $9`;
const order = (backward: boolean): string => (backward ? 'asc' : 'desc');
const [NEWEST_FIRST, OLDEST_FIRST] = [list(false), list(true)];

/** A page whose place is numbers. A cursor of another list is none of these: it is refused, not compared. */
export function numbered(page: PageRequest, count: number): PageRequest {
  const { from } = page;
  if (from === undefined) return page;
  const isPlace = from.length === count && from.every((part) => /^\d{1,18}$/.test(part));
  if (isPlace && (count === 1 || Number(from[0]) < 2 ** 15)) return page;
  throw refuse('BAD_PAGE_ARGUMENTS');
}

/** Reads the ledger for those who check it. */
export class LedgerListService {
  constructor(private readonly db: Queries) {}

  /** Auditors and operators read. */
  mayRead = (viewer: Viewer): boolean => hasRole(viewer, 'AUDITOR') || hasRole(viewer, 'OPERATOR');

  /** Newest first; one more than the page holds. */
  transfers(
    filter: TransferFilter,
    { backward, from, size }: PageRequest,
  ): Promise<ListedTransfer[]> {
    const { accountKind, owner, subject } = filter;
    return this.db.query(backward ? OLDEST_FIRST : NEWEST_FIRST, [
      ...[accountKind, owner, subject, filter.from, filter.to],
      ...[from?.[0] ?? null, from?.[1] ?? null, from?.[2] ?? null],
      size + 1,
    ]);
  }
}
