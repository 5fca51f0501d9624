import { fact } from '#contracts/fact';
import type { Tx } from '#kernel/db/database';
import { freezeOf } from '../balances/freeze.rules';
import {
  type LockedFunds,
  debtLegs,
  giveBackWaiting,
  lockFunds,
  takeWaiting,
} from '../balances/seller-funds.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { legId, openAccounts, post, postAll, posting } from '../ledger/ledger.service';
import { type HoldId, type SellerHoldId, holdIds } from '../payments.ids';
import { sharesOfReleased } from '../refunds/refund-source.service';
import type { HoldCause, HoldRow } from './hold.entity';
import {
  type Held,
  aboutBalance,
  moveTranche,
  partiesOf,
  trancheOf,
} from '../escrow/tranche.service';

/** Money to freeze after it was released. */
export interface ReleasedHoldOrder {
  /** Whose released money the case is about. */
  readonly trancheId: string;
  /** As the buyer counts, before fees; more than was released and not taken back is cut to that. */
  readonly amountMinor: bigint;
  readonly cause: HoldCause;
  /** The case that freezes it. */
  readonly caseId: string;
  readonly reason: string;
}

/** What came of it. */
export interface ReleasedHolds {
  readonly now: Held;
  /** One for each place where money was found; empty when the seller has none left. */
  readonly holdIds: readonly HoldId[];
  /** What the seller cannot use now: the net of the amount, or less when the seller has less. */
  readonly frozenMinor: bigint;
}

const INSERT = `
  insert into hold (id, "escrowId", "trancheId", cause, reason, "amountMinor", "accountId",
    "holdAccountId", "pendingId", "placedAt", source, "sellerHoldId", "caseId")
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'RELEASED', $11, $12)`;

/**
 * Freezes a seller's money in a case about a tranche that was released already: first what waits, then what is
 * available. Payouts, refunds, claw-backs and the end of waiting no longer see it. What was paid out is not there; it is
 * owed when the case is decided.
 */
export async function freezeReleasedIn(
  tx: Tx,
  held: Held,
  order: ReleasedHoldOrder,
): Promise<ReleasedHolds> {
  const { escrow } = held;
  const funds = await lockFunds(tx, escrow.sellerId, escrow.currency);
  const parts = await partsOf(tx, held, order, funds);
  const ids: HoldId[] = [];
  for (const part of parts) ids.push(await place(tx, held, order, part));
  if (ids.length === 0) return { now: held, holdIds: [], frozenMinor: 0n };
  const frozenMinor = parts.reduce((sum, { amount }) => sum + amount, 0n);
  return { now: await tell(tx, held, order.trancheId), holdIds: ids, frozenMinor };
}

/** Ends such holds (those that last): waiting money goes on waiting, available money first pays what is owed. */
export async function liftReleasedIn(tx: Tx, held: Held, ids: readonly string[]): Promise<Held> {
  const { id: escrowId, sellerId, currency } = held.escrow;
  const holds = await tx.query<HoldRow>(
    `select * from hold where id = any ($1) and "escrowId" = $2 and source = 'RELEASED'
       and "liftedAt" is null order by id`,
    [ids, escrowId],
  );
  const [first] = holds;
  if (first === undefined) return held;
  const funds = await lockFunds(tx, sellerId, currency);
  await postAll(
    tx,
    holds.map((hold) => posting(`${hold.id}:lifted`, currency, tx.now, [voided(hold)])),
  );
  await tx.query('update hold set "liftedAt" = $2 where id = any ($1)', [
    holds.map(({ id }) => id),
    tx.now,
  ]);
  const waiting = holds.flatMap(({ sellerHoldId: id, amountMinor: taken }) =>
    id === null ? [] : [{ id, taken }],
  );
  await giveBackWaiting(tx, waiting);
  const free = holds.filter(({ sellerHoldId }) => sellerHoldId === null);
  const becomesFree = free.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  await post(tx, posting(`${first.id}:owed`, currency, tx.now, debtLegs(funds, becomesFree)));
  let now = held;
  for (const id of new Set(holds.map(({ trancheId }) => trancheId))) now = await tell(tx, now, id);
  return now;
}

interface Place {
  readonly account: bigint;
  readonly amount: bigint;
  readonly sellerHoldId: SellerHoldId | null;
}

async function partsOf(
  tx: Tx,
  held: Held,
  { trancheId, amountMinor }: ReleasedHoldOrder,
  funds: LockedFunds,
): Promise<Place[]> {
  const tranche = trancheOf(held, trancheId);
  const left = tranche.releasedMinor - tranche.clawedBackMinor;
  const gross = amountMinor < left ? amountMinor : left;
  if (gross <= 0n) return [];
  const other = await tx.first<{ frozen: bigint }>(
    `select coalesce(sum("amountMinor"), 0)::bigint as frozen from hold
     where "trancheId" = $1 and source = 'RELEASED' and "liftedAt" is null`,
    [trancheId],
  );
  const netInAll = sharesOfReleased(tranche, left).net;
  const wanted = { net: sharesOfReleased(tranche, gross).net, netInAll };
  const { pending, available } = freezeOf({ ...wanted, frozen: other?.frozen ?? 0n }, funds);
  const waiting = await takeWaiting(tx, held.escrow, { kind: 'HOLD', amount: pending });
  const { accounts } = funds;
  return [
    ...waiting.map(({ id, taken: amount }) => ({
      ...{ account: accounts.pending, amount, sellerHoldId: id },
    })),
    ...(available === 0n
      ? []
      : [{ account: accounts.available, amount: available, sellerHoldId: null }]),
  ];
}

async function place(
  tx: Tx,
  { escrow }: Held,
  { trancheId, cause, caseId, reason }: ReleasedHoldOrder,
  { account: debit, amount, sellerHoldId }: Place,
): Promise<HoldId> {
  const { currency } = escrow;
  const [credit = 0n] = await openAccounts(tx, [{ kind: 'HOLD', owner: PLATFORM, currency }]);
  const id = holdIds.create();
  await post(
    tx,
    posting(id, currency, tx.now, [{ code: 'FREEZE', kind: 'PENDING', debit, credit, amount }]),
  );
  await tx.query(INSERT, [
    ...[id, escrow.id, trancheId, cause, reason, amount, debit, credit, legId(id, 0), tx.now],
    ...[sellerHoldId, caseId],
  ]);
  return id;
}

/** What ends the reservation of a hold. */
const voided = ({ accountId, holdAccountId, pendingId, amountMinor }: HoldRow) =>
  ({
    code: 'FREEZE',
    kind: 'VOID',
    ...(pendingId !== null && { pending: pendingId }),
    debit: accountId,
    credit: holdAccountId,
    amount: amountMinor,
  }) as const;

/** The order's money stays released: who follows the seller's balance hears of it. */
const tell = (tx: Tx, held: Held, id: string): Promise<Held> =>
  moveTranche(tx, held, { id }, ({ escrow }) =>
    fact('escrow.progressed', aboutBalance(escrow), { ...partiesOf(escrow), to: escrow.state }),
  );
