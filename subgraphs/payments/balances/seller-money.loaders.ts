import { uuidOf } from '#kernel/ids/id';
import { AccountKind } from '../ledger/ledger.rules';
import type { Rows } from '../payments.rows';
import type { PayoutScheduleRow } from '../payouts/payout-schedule.entity';
import type { SellerTierRow } from './seller-tier.entity';

/** A seller's money in one currency, minor units. */
export interface Balance {
  readonly available: bigint;
  /** Still held in escrow, before fees. */
  readonly pending: bigint;
  /** Released, and waiting for the time of the seller's tier. */
  readonly onHold: bigint;
  /** Kept back longer, for refunds to come. */
  readonly reserved: bigint;
  /** Frozen by cases about money that was released. */
  readonly frozen: bigint;
  /** Owed by the seller. */
  readonly owed: bigint;
  /** When the next part of what waits or is kept back becomes available. */
  readonly nextAvailableAt: Date | null;
  /** On its way to the seller's account, or there. */
  readonly paidOut: bigint;
}

const BALANCE = `
  select b.* from unnest($1::text[], $2::char(3)[], $3::uuid[]) with ordinality
    as asked ("sellerId", currency, "ownerId", n)
  cross join lateral (
    with own as (
      select a.id, a.kind, case b.guard when 2 then b.debits_posted - b.credits_posted - b.credits_pending
        else b.credits_posted - b.debits_posted - b.debits_pending end as amount
      from ledger_account a join ledger_balance b on b.account_id = a.id
      where (a.owner_id, a.currency) = (asked."ownerId", asked.currency) and a.kind = any ($4::smallint[]))
    select
      coalesce((select amount from own where kind = $4[1]), 0) as available,
      coalesce((select amount from own where kind = $4[2]), 0) as "onHold",
      coalesce((select amount from own where kind = $4[3]), 0) as reserved,
      coalesce((select amount from own where kind = $4[4]), 0) as owed,
      (select coalesce(sum(h."amountMinor"), 0)::bigint from hold_live h join own on own.id = h."accountId")
        as frozen,
      (select min("availableAt") from "sellerHold" h where h."sellerId" = asked."sellerId"
        and h.currency = asked.currency and h."remainingMinor" > 0) as "nextAvailableAt",
      (select coalesce(sum(t."availableMinor" + t."frozenMinor"), 0)::bigint
        from escrow e join tranche t on t."escrowId" = e.id where e."sellerId" = asked."sellerId"
        and e.currency = asked.currency and e.state in ('HELD', 'FROZEN')) as pending,
      (select coalesce(sum("amountMinor"), 0)::bigint from payout p where p."sellerId" = asked."sellerId"
        and p.currency = asked.currency and p.state not in ('FAILED', 'RETURNED', 'CANCELLED'))
        as "paidOut") b
  order by asked.n`;

const KINDS = [
  AccountKind.SELLER_AVAILABLE,
  AccountKind.SELLER_PENDING,
  AccountKind.SELLER_RESERVE,
  AccountKind.SELLER_RECEIVABLE,
];

const ASKED = 'unnest($1::text[], $2::text[]) with ordinality as asked ("sellerId", currency, n)';

/** What sellers have, have set aside and chose, in one currency each. The caller has checked who asks. */
export const sellerMoneyLoaders = (rows: Rows) => ({
  balance: rows.perCurrency<Balance>(BALANCE, (keys) => [
    keys.map(({ sellerId }) => uuidOf(sellerId)),
    KINDS,
  ]),
  adsWallet: rows.perCurrency<{ readonly balance: bigint; readonly fillToMinor: bigint | null }>(
    `select w."fillToMinor",
       coalesce(b.credits_posted - b.debits_posted - b.debits_pending, 0) as balance
     from ${ASKED}
     left join "adsWallet" w on (w."sellerId", w.currency) = (asked."sellerId", asked.currency)
     left join ledger_balance b on b.account_id = w."accountId" order by asked.n`,
  ),
  payoutSchedule: rows.perCurrency<Pick<PayoutScheduleRow, 'chosen'> & Pick<SellerTierRow, 'tier'>>(
    `select s.chosen, coalesce(t.tier, 'NEW') as tier
     from ${ASKED}
     left join "payoutSchedule" s on (s."sellerId", s.currency) = (asked."sellerId", asked.currency)
     left join "sellerTier" t on t."sellerId" = asked."sellerId" order by asked.n`,
  ),
});
