import type { SellerId } from '#contracts/ids';
import { type Viewer, hasRole, requireScope } from '#kernel/auth/viewer';
import type { Queries, Tx } from '#kernel/db/database';
import type { SellerService } from '../balances/seller.service';
import type { SellerTier } from '../balances/tier.rules';
import { refuse } from '../payments.errors';
import type { PayoutAccountRow } from './payout-account.entity';
import { CAP_WINDOW_MS, type PayoutGate } from './payout.rules';

/** Whether a seller is verified far enough to be paid out. An older word never overwrites a newer one. */
export async function gateIn(
  tx: Tx,
  sellerId: SellerId,
  {
    open,
    level,
    version,
  }: { readonly open: boolean; readonly level: number; readonly version: number },
): Promise<void> {
  await tx.query(
    `insert into "payoutGate" ("sellerId", open, level, version) values ($1, $2, $3, $4)
     on conflict ("sellerId") do update set open = excluded.open, level = excluded.level,
       version = excluded.version
       where "payoutGate".version < excluded.version`,
    [sellerId, open, level, version],
  );
}

/** What a payout asks about its seller. */
export type Standing = Omit<PayoutGate, 'debt' | 'account'> & {
  readonly account: PayoutAccountRow | undefined;
  readonly tier: SellerTier;
  readonly paidLately: bigint;
};

/** Reads what stands between a seller and a payout; the account stays as it is until the transaction ends. */
export async function standingOf(tx: Tx, sellerId: SellerId, currency: string): Promise<Standing> {
  const account = await tx.first<PayoutAccountRow>(
    'select * from "payoutAccount" where "sellerId" = $1 for share',
    [sellerId],
  );
  const since = new Date(tx.now.getTime() - CAP_WINDOW_MS);
  const row = await tx.first<Omit<Standing, 'account'>>(
    `select coalesce((select open from "payoutGate" where "sellerId" = $1), false) as verified,
       exists (select 1 from "sellerRestriction"
         where "sellerId" = $1 and kind = 'PAYOUT' and not lifted) as restricted,
       coalesce((select tier from "sellerTier" where "sellerId" = $1), 'NEW') as tier,
       (select coalesce(sum("amountMinor"), 0)::bigint from payout where "sellerId" = $1
         and currency = $2 and "createdAt" > $3
         and state not in ('FAILED', 'RETURNED', 'CANCELLED')) as "paidLately"`,
    [sellerId, currency, since],
  );
  if (row === undefined) throw new Error('a standing is always there');
  return { ...row, account };
}

/** How far a seller is trusted now. */
export async function tierNow(db: Queries, sellerId: string): Promise<SellerTier> {
  const row = await db.first<{ tier: SellerTier }>(
    'select tier from "sellerTier" where "sellerId" = $1',
    [sellerId],
  );
  return row?.tier ?? 'NEW';
}

/** Only a seller's own people (or its key with the scope) decide about its payouts, never an operator. */
export async function mustPayOut(
  sellers: SellerService,
  viewer: Viewer,
  sellerId: SellerId,
  { tx, field = 'sellerId' }: { readonly tx?: Tx; readonly field?: string } = {},
): Promise<void> {
  requireScope(viewer, 'payouts:write');
  const may =
    !hasRole(viewer, 'OPERATOR') &&
    (await sellers.mayActFor(viewer, sellerId, 'payouts:write', tx));
  if (!may) throw refuse('NOT_FOUND', { field: ['input', field] });
}
