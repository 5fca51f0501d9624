import type { ChargebackId, PaymentId } from '#contracts/ids';
import type { Queries, Tx } from '#kernel/db/database';
import { total } from '#kernel/money/money';
import { type Held, whatIsLeft } from '../escrow/tranche.service';
import { type Leg, PLATFORM } from '../ledger/ledger.rules';
import { openAccounts } from '../ledger/ledger.service';
import type { RefundLegRow } from '../refunds/refund-leg.entity';
import type { RefundRow } from '../refunds/refund.entity';
import { changeTender, lockOrders, saveIn } from './chargeback-case.service';
import type { ChargebackPartRow } from './chargeback-part.entity';
import type { ChargebackRow } from './chargeback.entity';
import { claimRefund, takesRefunds } from './charged-refund.rules';
import { takeOneIn } from './charged-refund.service';
import { giveBackIn } from './reversal.service';
import { shareOut } from './share.rules';
import { takeIn } from './taking.service';

// Cases about the tender of a refund that was on its way when the bank took the money.
const CLAIMS = `
  select c.* from "refundLeg" l join refund r on r.id = l."refundId"
    join chargeback c on c."tenderId" = l."tenderId" and c."openedAt" >= r."createdAt"
  where l.id = $1 order by c.id`;

/** Cases that may take the money of a refund, and the money of their orders: all locked. */
export interface LockedClaims {
  readonly cases: readonly ChargebackRow[];
  readonly orders: readonly Held[];
}

/**
 * Locks what may take a refund's money if it could not be paid. Same lock order as a case: it, then escrows, then
 * sellers. A case that opened meanwhile makes the transaction begin again.
 */
export async function lockClaimsOn(tx: Tx, legId: string): Promise<LockedClaims> {
  const cases = await tx.query<ChargebackRow>(`${CLAIMS} for no key update of c`, [legId]);
  const of = await tx.first<{ paymentId: PaymentId; currency: string }>(
    `select t."paymentId", r.currency from "refundLeg" l join refund r on r.id = l."refundId"
       join tender t on t.id = l."tenderId" where l.id = $1`,
    [legId],
  );
  if (of === undefined) throw new Error(`there is no refund leg ${legId}`);
  const orders = await lockOrders(tx, of);
  const now = await tx.query<{ id: ChargebackId }>(CLAIMS, [legId]);
  const isSame = now.length === cases.length;
  if (!isSame) throw Object.assign(new Error('a chargeback opened meanwhile'), { code: '40001' });
  return { cases, orders };
}

/** False when a bank took the money that a refund on its way would give back: it must not be sent again. */
export async function isStillDue(db: Queries, legId: string): Promise<boolean> {
  const cases = await db.query<ChargebackRow>(CLAIMS, [legId]);
  return !cases.some(({ state }) => takesRefunds(state));
}

/**
 * A refund could not be paid, or came back: cases that were opened while it was on its way take its money, because the
 * bank pays the payer. Says what is left: the buyer's credit.
 */
export async function claimIn(
  tx: Tx,
  { cases, orders }: LockedClaims,
  { dueAccountId }: Pick<RefundRow, 'dueAccountId'>,
  { id: legId, amountMinor }: Pick<RefundLegRow, 'id' | 'amountMinor'>,
): Promise<bigint> {
  const claims: (ChargebackRow & { borneMinor: bigint; parts: ChargebackPartRow[] })[] = [];
  for (const row of cases) {
    const parts = await partsOf(tx, row.id);
    claims.push({ ...row, parts, borneMinor: total(parts.map((part) => part.amountMinor)) });
  }
  const { claimed, creditMinor } = claimRefund(amountMinor, claims);
  let now = orders;
  for (const { claim, coversMinor, replacesMinor } of claimed) {
    const { parts, borneMinor, ...row } = claim;
    if (replacesMinor > 0n) now = await putBackIn(tx, row, now, parts);
    const taken = { legId, account: dueAccountId, amountMinor: coversMinor + replacesMinor };
    await takeOneIn(
      tx,
      row,
      taken,
      row.closedAt === null ? [] : await lessLost(tx, row, coversMinor),
    );
    await changeTender(tx, row, coversMinor);
    await saveIn(tx, { ...row, uncoveredMinor: row.uncoveredMinor - coversMinor });
    if (replacesMinor > 0n) now = await takeAgainIn(tx, row, now, borneMinor - replacesMinor);
  }
  return creditMinor;
}

/** What an open case took of its orders, oldest first. */
export const partsOf = (tx: Tx, chargebackId: string): Promise<ChargebackPartRow[]> =>
  tx.query(
    'select * from "chargebackPart" where "chargebackId" = $1 and not replaced order by id',
    [chargebackId],
  );

/** We had written it off already. */
async function lessLost(
  tx: Tx,
  { currency, caseAccountId: debit }: ChargebackRow,
  amount: bigint,
): Promise<Leg[]> {
  const [credit = 0n] = await openAccounts(tx, [
    { kind: 'CHARGEBACK_LOSS', owner: PLATFORM, currency },
  ]);
  return [{ code: 'CHARGEBACK_LOSS_COVERED', debit, credit, amount }];
}

/** Orders bear less of an open case: first, all that it took of them is put back. */
async function putBackIn(
  tx: Tx,
  row: ChargebackRow,
  orders: readonly Held[],
  parts: readonly ChargebackPartRow[],
): Promise<readonly Held[]> {
  const now = new Map(orders.map((held) => [held.escrow.id, held]));
  for (const part of parts) {
    const held = now.get(part.escrowId);
    if (held === undefined) throw new Error(`${part.id} is of no order`);
    now.set(part.escrowId, await giveBackIn(tx, held, row, part));
  }
  await tx.query('update "chargebackPart" set replaced = true where id = any ($1)', [
    parts.map(({ id }) => id),
  ]);
  return [...now.values()];
}

/** Then the rest is taken anew. */
async function takeAgainIn(
  tx: Tx,
  row: ChargebackRow,
  orders: readonly Held[],
  amountMinor: bigint,
): Promise<readonly Held[]> {
  const now = new Map(orders.map((held) => [held.escrow.id, held]));
  const lefts = orders.map((held) => ({ held, leftMinor: whatIsLeft(held) }));
  for (const { order, amountMinor: part } of shareOut(amountMinor, lefts)) {
    now.set(order.held.escrow.id, await takeIn(tx, order.held, row, part));
  }
  return [...now.values()];
}
