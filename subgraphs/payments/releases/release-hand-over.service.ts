import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { TIER_POLICIES, availableAt } from '../balances/tier.rules';
import { postArguments, postCall } from '../ledger/ledger.rules';
import { posting } from '../ledger/ledger.service';
import { balanceTransactionIds, sellerHoldIds } from '../payments.ids';
import { groundOf } from './release-ground.service';
import type { EscrowRow } from '../escrow/escrow.entity';
import { type Shares, distribute } from './release.rules';
import type { TrancheRow } from '../escrow/tranche.entity';
import { tierOf } from '../escrow/tranche.service';

// One statement, because it stands in the way of every release: the legs, what waits and until when, and the line.
const WRITE = `
  with kept as (
    insert into "sellerHold" (id, kind, "sellerId", currency, "orderId", "accountId",
      "amountMinor", "remainingMinor", "availableAt")
    select id, kind, $1, $2, $3, account, amount, amount, until
    from unnest($4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::timestamptz[])
      as x (id, kind, account, amount, until)
    returning id, "availableAt"),
  due as (
    insert into timer (subject, kind, "fireAt", version)
    select id, 'T17', "availableAt", 0 from kept),
  line as (
    insert into "balanceTransaction" (id, "accountId", "sellerId", currency, kind, "amountMinor",
      "grossMinor", "commissionMinor", "taxMinor", "orderId", cause, "causeId", "occurredAt",
      "availableAt")
    select $9, $10, $1, $2, 'RELEASE', $11, $12, $13, $14, $3, $15, $16, $17, $18
    where $11::bigint <> 0)
  select ${postCall(19)} as fresh`;

/**
 * Hands held money over: fees, what is owed, what others have a claim on, what is kept back, and the rest now or when
 * its time has come. All but the tranche's own amounts, which the caller moves.
 */
export async function handOver(
  tx: Tx,
  escrow: EscrowRow,
  { id: trancheId, accountId: debit, deliveredAt, tracked }: TrancheRow,
  release: {
    readonly id: string;
    readonly cause: string;
    readonly gross: bigint;
    readonly shares: Shares;
  },
): Promise<void> {
  const { sellerId, currency, orderId } = escrow;
  const { commission, tax, net } = release.shares;
  const tier = tierOf(escrow);
  const policy = TIER_POLICIES[tier];
  const { accounts, fees, taxes, debt, claims } = await groundOf(tx, sellerId, currency);
  const parts = distribute(net, { ...claims.deductions, debt, reserveBps: policy.reserveBps });
  const fundedAt = escrow.fundedAt ?? tx.now;
  const until = availableAt({ tier, fundedAt, deliveredAt, tracked }, tx.now);
  const { available, pending, reserve } = accounts;
  const waits = until > tx.now;
  const legs = posting(release.id, currency, tx.now, [
    { code: 'RELEASE_COMMISSION', debit, credit: fees, amount: commission },
    { code: 'RELEASE_TAX', debit, credit: taxes, amount: tax },
    { code: 'RELEASE_DEBT', debit, credit: accounts.receivable, amount: parts.debt },
    { code: 'RELEASE_ADVANCE', debit, credit: claims.advanceAccount, amount: parts.advance },
    { code: 'RELEASE_ADS', debit, credit: claims.walletAccount, amount: parts.ads },
    { code: 'RELEASE_RESERVE', debit, credit: reserve, amount: parts.reserve },
    { code: 'RELEASE_SELLER', debit, credit: waits ? pending : available, amount: parts.seller },
  ]);
  const reserved = after(tx.now, policy.reserveMs);
  const kept = [
    { kind: 'RESERVE', account: reserve, amount: parts.reserve, until: reserved },
    { kind: 'HOLD', account: pending, amount: waits ? parts.seller : 0n, until },
  ].filter(({ amount }) => amount > 0n);
  await tx.query(WRITE, [
    ...[sellerId, currency, orderId],
    kept.map(() => sellerHoldIds.create()),
    kept.map(({ kind }) => kind),
    kept.map(({ account }) => account),
    kept.map(({ amount }) => amount),
    kept.map((one) => one.until),
    ...[balanceTransactionIds.create(), available, net, release.gross, commission, tax],
    ...[release.cause, release.id, tx.now, until],
    ...postArguments(legs),
  ]);
  const line = { accountId: available, sellerId, currency, orderId, causeId: release.id };
  await claims.paid(tx, { ...line, trancheId, availableAt: until, parts });
}
