import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { Queries } from '#kernel/db/database';
import type { PageRequest } from '#kernel/graphql/page';
import { refuse } from '../payments.errors';
import { AccountKind } from './ledger.rules';

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

const COLUMNS = `
  select t.id, t.epoch, t.xid::text as xid, t.seq, t.group_id as "groupId", t.kind, t.code,
    t.pending_id as "pendingId", t.corrects_id as "correctsId", t.subject, t.amount,
    t.currency::text as currency, t.event_at as at, t.created_at as "createdAt",
    d.kind as "debitKind", d.owner_id as "debitOwner", c.kind as "creditKind",
    c.owner_id as "creditOwner"`;
const ACCOUNTS = 'join ledger_account d on d.id = t.debit join ledger_account c on c.id = t.credit';
const order = (backward: boolean): string =>
  ['epoch', 'xid', 'seq'].map((part) => `t.${part} ${backward ? 'asc' : 'desc'}`).join(', ');
const bothWays = (text: (backward: boolean) => string) => [text(false), text(true)] as const;

/** All, or about one subject: an index has them in their order, or they are few. */
const LIST = bothWays(
  (backward) => `${COLUMNS}
  from ledger_transfer t ${ACCOUNTS}
  where ($1::smallint is null or $1 in (d.kind, c.kind))
    and ($2::uuid is null or $2 in (d.owner_id, c.owner_id))
    and ($3::uuid is null or t.subject = $3)
    and ($4::timestamptz is null or t.created_at >= $4)
    and ($5::timestamptz is null or t.created_at < $5)
    and ($6::smallint is null or (t.epoch, t.xid, t.seq) ${backward ? '>' : '<'} ($6, $7::xid8, $8))
  order by ${order(backward)} limit $9`,
);

const WRITTEN = `($3::timestamptz is null or t.created_at >= $3)
    and ($4::timestamptz is null or t.created_at < $4)`;
const behind = (backward: boolean): string =>
  `(t.epoch, t.xid, t.seq) ${backward ? '>' : '<'} ($5::smallint, $6::xid8, $7::bigint)`;
/** Behind these stands everything. */
const ENDS = [
  [2 ** 15 - 1, '18446744073709551615', 2n ** 63n - 1n],
  [-1, '0', 0n],
] as const;

/** Looks for a kind among what stands next: most kinds are there often enough to fill a page. */
const NEXT = 5_000;
const AMONG_NEXT = bothWays(
  (backward) => `${COLUMNS}
  from (select * from ledger_transfer t where ${behind(backward)}
    order by ${order(backward)} limit ${String(NEXT)}) t ${ACCOUNTS}
  where (d.kind = any ($1::smallint[]) or c.kind = any ($1)) and $2::uuid is null and ${WRITTEN}
  order by ${order(backward)} limit $8`,
);

/**
 * Takes what is wanted from each account by itself, which is the fewer the rarer the kind, and merges it. Ordered by the
 * account too, so that no other index than the account's own gives the order: the planner would bet on meeting an
 * account soon in the ledger's order, and read a million rows where it is rare.
 */
const byAccount = (owner: string) =>
  bothWays((backward) => {
    const next = (side: 'debit' | 'credit'): string =>
      `(select * from ledger_transfer t where t.${side} = a.id and ${behind(backward)} and ${WRITTEN}
        order by t.${side} ${backward ? 'asc' : 'desc'}, ${order(backward)} limit $8)`;
    return `${COLUMNS}
  from (select distinct on (t.epoch, t.xid, t.seq) t.*
    from ledger_account a cross join lateral (${next('debit')} union all ${next('credit')}) t
    where a.kind = any ($1::smallint[]) and ${owner}
    order by ${order(backward)} limit $8) t ${ACCOUNTS}
  order by ${order(backward)}`;
  });
const OF_OWNER = byAccount('a.owner_id = $2::uuid');
const OF_KIND = byAccount('$2::uuid is null');

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
  async transfers(filter: TransferFilter, page: PageRequest): Promise<ListedTransfer[]> {
    const { accountKind, owner, subject } = filter;
    const { backward, from, size } = page;
    const way = backward ? 1 : 0;
    if (subject !== null || (accountKind === null && owner === null)) {
      return this.db.query(LIST[way], [
        ...[accountKind, owner, subject, filter.from, filter.to],
        ...[from?.[0] ?? null, from?.[1] ?? null, from?.[2] ?? null],
        size + 1,
      ]);
    }
    const kinds = accountKind === null ? Object.values(AccountKind) : [accountKind];
    const asked = [kinds, owner, filter.from, filter.to, ...(from ?? ENDS[way]), size + 1];
    if (owner !== null) return this.db.query(OF_OWNER[way], asked);
    const found = await this.db.query<ListedTransfer>(AMONG_NEXT[way], asked);
    return found.length > size ? found : this.db.query(OF_KIND[way], asked);
  }
}
