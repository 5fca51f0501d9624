import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import { balanceOf } from '../balances/seller-funds.service';
import type { Leg } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { type RefundLegId, type TenderId, chargebackRefundIds } from '../payments.ids';
import type { Outgoing } from '../psp/outgoing.service';
import { creditIn, foldIn } from '../refunds/refund-state.service';
import { takeOwed } from './charged-refund.rules';
import type { ChargebackRow } from './chargeback.entity';

/** A leg of a refund that was not paid, and where its money is. */
interface OwedLeg {
  readonly id: RefundLegId;
  readonly refundId: string;
  readonly amountMinor: bigint;
  readonly fate: 'CREDITED' | null;
  readonly dueAccountId: bigint;
  readonly buyerId: string;
}

// What did not leave yet comes first, then what could not be paid back and is the buyer's credit.
const OWED = `
  select l.id, l."refundId", l."amountMinor", l.fate, r."dueAccountId", p."buyerId"
  from "refundLeg" l join refund r on r.id = l."refundId" join payment p on p.id = r."paymentId"
  where l."tenderId" = $1 and (l.state = 'CREATED' or l.fate = 'CREDITED')
  order by l.fate nulls first, l.id for no key update of r`;

/**
 * What is owed to the payer of a case that opens and was not paid is the bank's to pay now: refunds that did not leave
 * yet are given up, and credit that a failed refund became is taken back as far as it is there. Says how much of the
 * case that bears. The case's orders are locked.
 */
export async function takeOwedIn(tx: Tx, row: ChargebackRow, outgoing: Outgoing): Promise<bigint> {
  const { tenderId } = row;
  const found = await tx.query<OwedLeg>(OWED, [tenderId]);
  const waiting = found.filter(({ fate }) => fate === null).map(({ id }) => id);
  const stopped = new Set(await outgoing.stopIn(tx, waiting, 'CHARGED_BACK'));
  const given = found.filter(({ id }) => stopped.has(id));
  await unsentIn(tx, tenderId, given);
  const credited = await creditOf(tx, found, row.currency);
  const taken = takeOwed(row.amountMinor, [
    ...given.map((leg) => ({ ...leg, from: leg.dueAccountId })),
    ...credited,
  ]);
  for (const { of, amountMinor } of taken) {
    await takeOneIn(tx, row, { legId: of.id, account: of.from, amountMinor });
  }
  const parts = new Map(taken.map(({ of, amountMinor }) => [of.id, amountMinor]));
  for (const leg of given) {
    const left = leg.amountMinor - (parts.get(leg.id) ?? 0n);
    if (left > 0n) await creditIn(tx, { ...leg, currency: row.currency }, left);
    await fateIn(tx, leg.id, parts.has(leg.id) ? 'CHARGED_BACK' : 'CREDITED');
  }
  for (const { id } of credited) if (parts.has(id)) await fateIn(tx, id, 'CHARGED_BACK');
  for (const refundId of new Set([...given, ...credited].map((leg) => leg.refundId))) {
    await foldIn(tx, refundId);
  }
  return taken.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

/** Credit that failed refunds became, as far as the buyer still has it. */
async function creditOf(
  tx: Tx,
  found: readonly OwedLeg[],
  currency: string,
): Promise<(OwedLeg & { readonly from: bigint })[]> {
  const legs = found.filter(({ fate }) => fate === 'CREDITED');
  const [first] = legs;
  if (first === undefined) return [];
  const [from = 0n] = await openAccounts(tx, [
    { kind: 'BUYER_CREDIT', owner: uuidOf(first.buyerId), currency },
  ]);
  return takeOwed(await balanceOf(tx, from), legs).map(({ of, amountMinor }) => ({
    ...of,
    amountMinor,
    from,
  }));
}

/** Nothing of these legs was sent: their tender can be refunded by as much again. */
async function unsentIn(tx: Tx, tenderId: TenderId, legs: readonly OwedLeg[]): Promise<void> {
  const sum = legs.reduce((all, { amountMinor }) => all + amountMinor, 0n);
  await tx.query(`update "refundLeg" set state = 'REJECTED' where id = any ($1)`, [
    legs.map(({ id }) => id),
  ]);
  await tx.query('update tender set "refundedMinor" = "refundedMinor" - $2 where id = $1', [
    tenderId,
    sum,
  ]);
}

/** Moves money that was owed into a case. What else it means goes with it, so that the case is never below zero. */
export async function takeOneIn(
  tx: Tx,
  { id, caseAccountId: credit, currency }: ChargebackRow,
  { legId, account, amountMinor }: { legId: string; account: bigint; amountMinor: bigint },
  also: readonly Leg[] = [],
): Promise<void> {
  const leg = { code: 'CHARGEBACK_REFUND', debit: account, credit, amount: amountMinor } as const;
  await post(tx, posting(`${id}:${legId}`, currency, tx.now, [leg, ...also]));
  await tx.query(
    `insert into "chargebackRefund" (id, "chargebackId", "legId", "amountMinor", "accountId")
     values ($1, $2, $3, $4, $5)`,
    [chargebackRefundIds.create(), id, legId, amountMinor, account],
  );
}

/** Writes where the money of a leg that was not paid went. */
export const fateIn = (
  tx: Tx,
  legId: string,
  fate: 'CREDITED' | 'CHARGED_BACK' | 'DUE_AGAIN',
): Promise<unknown> => tx.query('update "refundLeg" set fate = $2 where id = $1', [legId, fate]);

/** What a case took of refunds. */
export async function refundsOf(tx: Tx, { id }: Pick<ChargebackRow, 'id'>): Promise<bigint> {
  const row = await tx.first<{ sum: bigint }>(
    `select coalesce(sum("amountMinor"), 0)::bigint as sum from "chargebackRefund"
     where "chargebackId" = $1`,
    [id],
  );
  return row?.sum ?? 0n;
}
