import type { SellerId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import { FUNDS_KINDS, type FundsAccounts, fundsFor } from '../balances/seller-funds.service';
import { AccountKind, type AccountKindName, PLATFORM } from '../ledger/ledger.rules';
import { openAccounts } from '../ledger/ledger.service';
import { openSchedule } from '../payouts/payout-schedule.service';
import { type Claims, NO_CLAIMS, claimsOn } from './release-claims.service';

/** What a release has to know of its seller. */
export interface ReleaseGround {
  readonly accounts: FundsAccounts;
  /** The platform's accounts for commission and tax. */
  readonly fees: bigint;
  readonly taxes: bigint;
  /** What the seller owes. */
  readonly debt: bigint;
  readonly claims: Claims;
}

const FEES: readonly AccountKindName[] = ['FEE_REVENUE', 'TAX_PAYABLE'];
const KINDS = [...FUNDS_KINDS, ...FEES].map((kind) => AccountKind[kind]);

// The fourth account is what the seller owes.
const LOOK = `
  with a as materialized (
    select x.n, a.id from unnest($1::smallint[], $2::uuid[]) with ordinality as x (kind, owner, n)
    join ledger_account a on a.kind = x.kind and a.owner_id = x.owner and a.currency = $4)
  select (select array_agg(id order by n) from a) as ids,
    exists (select 1 from "payoutSchedule" where "sellerId" = $3 and currency = $4)
    and not exists (select 1 from ledger_balance b
      where b.account_id = (select id from a where n = 4) and b.debits_posted > b.credits_posted)
    and not exists (select 1 from advance
      where "sellerId" = $3 and currency = $4 and state = 'OPEN')
    and not exists (select 1 from "adsWallet"
      where "sellerId" = $3 and currency = $4 and "fillToMinor" is not null) as "isPlain"`;

/**
 * Most sellers have had money before, owe nothing and nobody has a claim on what they get: one look shows that. For the
 * others each is opened or locked in turn. Lock order: the seller's funds, then those with a claim.
 */
export async function groundOf(
  tx: Tx,
  sellerId: SellerId,
  currency: string,
): Promise<ReleaseGround> {
  const owner = uuidOf(sellerId);
  const owners = [...FUNDS_KINDS.map(() => owner), ...FEES.map(() => PLATFORM)];
  const seen = await tx.first<{ ids: (bigint | string)[] | null; isPlain: boolean }>(LOOK, [
    ...[KINDS, owners, sellerId, currency],
  ]);
  const ids = seen?.ids ?? [];
  if (seen?.isPlain !== true || ids.length < KINDS.length) {
    return openGround(tx, sellerId, currency);
  }
  const [available = 0n, pending = 0n, reserve = 0n, receivable = 0n, fees = 0n, taxes = 0n] =
    ids.map(BigInt);
  const accounts = { available, pending, reserve, receivable };
  return { accounts, fees, taxes, debt: 0n, claims: NO_CLAIMS };
}

async function openGround(tx: Tx, sellerId: SellerId, currency: string): Promise<ReleaseGround> {
  const { accounts, debt } = await fundsFor(tx, sellerId, currency);
  const platform = FEES.map((kind) => ({ kind, owner: PLATFORM, currency }));
  const [fees = 0n, taxes = 0n] = await openAccounts(tx, platform);
  await openSchedule(tx, sellerId, currency);
  return { accounts, fees, taxes, debt, claims: await claimsOn(tx, sellerId, currency) };
}
