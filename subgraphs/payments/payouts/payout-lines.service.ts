import type { SellerId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { PayoutRow } from './payout.entity';

// Oldest first, as far as all that was paid out reaches: a line belongs to the payout that pays the last of it.
const CLAIM = `
  with room as (
    select "paidMinor" + $3::bigint - "claimedMinor" as minor from "sellerFunds"
    where "sellerId" = $1 and currency = $2),
  open as (
    select id, sum("amountMinor") over (order by id) as upto from "balanceTransaction"
    where "sellerId" = $1 and currency = $2 and "payoutId" is null and "availableAt" <= $5
      and kind not in ('PAYOUT', 'PAYOUT_FAILED', 'PAYOUT_RETURNED')),
  claimed as (
    update "balanceTransaction" b set "payoutId" = $4 from open
    where b.id = open.id
      and open.id <= (select max(o.id) from open o, room where o.upto <= room.minor)
    returning b."amountMinor")
  select coalesce(sum("amountMinor"), 0)::bigint as minor from claimed`;

/** A payout claims the lines that it pays, so that none is paid twice. The seller's funds are locked. */
export async function claimLines(
  tx: Tx,
  {
    id,
    sellerId,
    currency,
    amountMinor,
  }: Pick<PayoutRow, 'id' | 'sellerId' | 'currency' | 'amountMinor'>,
): Promise<void> {
  const claimed = await tx.first<{ minor: bigint }>(CLAIM, [
    sellerId,
    currency,
    amountMinor,
    id,
    tx.now,
  ]);
  await count(tx, sellerId, currency, amountMinor, claimed?.minor ?? 0n);
}

/** A payout that came to nothing lets its lines go: another one will pay them. The seller's funds are locked. */
export async function releaseLines(
  tx: Tx,
  { id, sellerId, currency, amountMinor }: PayoutRow,
): Promise<void> {
  const freed = await tx.query<{ minor: bigint }>(
    `update "balanceTransaction" set "payoutId" = null where "payoutId" = $1
     returning "amountMinor" as minor`,
    [id],
  );
  const minor = freed.reduce((sum, line) => sum + line.minor, 0n);
  await count(tx, sellerId, currency, -amountMinor, -minor);
}

async function count(
  tx: Tx,
  sellerId: SellerId,
  currency: string,
  paid: bigint,
  claimed: bigint,
): Promise<void> {
  await tx.query(
    `update "sellerFunds" set "paidMinor" = "paidMinor" + $3, "claimedMinor" = "claimedMinor" + $4
     where "sellerId" = $1 and currency = $2`,
    [sellerId, currency, paid, claimed],
  );
}
