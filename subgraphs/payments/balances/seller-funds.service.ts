import type { OrderId, SellerId } from '#contracts/ids';
import type { Queries, Tx } from '#kernel/db/database';
import { clearTimers, setTimer } from '#kernel/events/timers';
import { uuidOf } from '#kernel/ids/id';
import type { Leg, TransferCodeName } from '../ledger/ledger.rules';
import { openAccounts } from '../ledger/ledger.service';
import type { SellerHoldId } from '../payments.ids';
import { type SellerFunds, clawBack, takeFrom } from './claw-back.rules';
import type { SellerHoldKind, SellerHoldRow } from './seller-hold.entity';

/** A seller's accounts in one currency. */
export interface FundsAccounts {
  readonly available: bigint;
  readonly pending: bigint;
  readonly reserve: bigint;
  readonly receivable: bigint;
}

/** A seller's money, locked: nothing takes any of it before the transaction ends. It may still grow. */
export interface LockedFunds extends SellerFunds {
  readonly accounts: FundsAccounts;
  /** What the seller owes. */
  readonly debt: bigint;
}

/** A seller's accounts, in the order of `FundsAccounts`. */
export const FUNDS_KINDS = [
  'SELLER_AVAILABLE',
  'SELLER_PENDING',
  'SELLER_RESERVE',
  'SELLER_RECEIVABLE',
] as const;

const LOCK = `
  insert into "sellerFunds" ("sellerId", currency) values ($1, $2)
  on conflict ("sellerId", currency) do update set currency = excluded.currency`;

// Of an asset, debits less credits.
const BALANCES = `
  select account_id as id, case guard when 2 then debits_posted - credits_posted - credits_pending
    else credits_posted - debits_posted - debits_pending end as balance
  from ledger_balance where account_id = any ($1::bigint[])`;

/** Finds (or opens) a seller's accounts. */
async function fundsAccounts(tx: Tx, sellerId: SellerId, currency: string): Promise<FundsAccounts> {
  const owner = uuidOf(sellerId);
  const [available = 0n, pending = 0n, reserve = 0n, receivable = 0n] = await openAccounts(
    tx,
    FUNDS_KINDS.map((kind) => ({ kind, owner, currency })),
  );
  return { available, pending, reserve, receivable };
}

/** Locks a seller's money and reads it. Lock order: escrow, then this, then accounts. */
export async function lockFunds(
  tx: Tx,
  sellerId: SellerId,
  currency: string,
): Promise<LockedFunds> {
  await tx.query(LOCK, [sellerId, currency]);
  const accounts = await fundsAccounts(tx, sellerId, currency);
  const rows = await tx.query<{ id: bigint; balance: bigint }>(BALANCES, [Object.values(accounts)]);
  const balances = new Map(rows.map(({ id, balance }) => [id, balance]));
  const of = (account: bigint): bigint => balances.get(account) ?? 0n;
  return {
    accounts,
    available: of(accounts.available),
    pending: of(accounts.pending),
    reserve: of(accounts.reserve),
    debt: of(accounts.receivable),
  };
}

/** What lies in one account. */
export async function balanceOf(db: Queries, account: bigint): Promise<bigint> {
  return (await db.first<{ balance: bigint }>(BALANCES, [[account]]))?.balance ?? 0n;
}

/** A seller's accounts and what is owed on them: locked only when something is, because only then it may be paid twice. */
export async function fundsFor(
  tx: Tx,
  sellerId: SellerId,
  currency: string,
): Promise<Pick<LockedFunds, 'accounts' | 'debt'>> {
  const accounts = await fundsAccounts(tx, sellerId, currency);
  if ((await balanceOf(tx, accounts.receivable)) === 0n) return { accounts, debt: 0n };
  return lockFunds(tx, sellerId, currency);
}

/** What was taken out of one of a seller's accounts, and out of which row of waiting money. */
export interface TakenBack {
  readonly account: bigint;
  readonly amount: bigint;
  readonly sellerHoldId: SellerHoldId | null;
}

/**
 * Takes an amount back from a seller's locked money: from what is available, then from what waits, then from the
 * reserve; what is missing is owed from now on. The caller posts the parts.
 */
export async function takeParts(
  tx: Tx,
  funds: LockedFunds,
  from: { readonly sellerId: SellerId; readonly currency: string; readonly orderId: OrderId },
  amount: bigint,
): Promise<TakenBack[]> {
  const parts = clawBack(amount, funds);
  const { accounts } = funds;
  const waiting = await takeWaiting(tx, from, { kind: 'HOLD', amount: parts.pending });
  const kept = await takeWaiting(tx, from, { kind: 'RESERVE', amount: parts.reserve });
  const of = (account: bigint) => (row: WaitingPart) => ({
    account,
    amount: row.taken,
    sellerHoldId: row.id,
  });
  return [
    { account: accounts.available, amount: parts.available, sellerHoldId: null },
    ...waiting.map(of(accounts.pending)),
    ...kept.map(of(accounts.reserve)),
    { account: accounts.receivable, amount: parts.debt, sellerHoldId: null },
  ];
}

/** The same as legs into one account. */
export async function takeBack(
  tx: Tx,
  funds: LockedFunds,
  from: { readonly sellerId: SellerId; readonly currency: string; readonly orderId: OrderId },
  into: { readonly account: bigint; readonly amount: bigint; readonly code: TransferCodeName },
): Promise<Leg[]> {
  const { code, account: credit } = into;
  const parts = await takeParts(tx, funds, from, into.amount);
  return parts.map(({ account: debit, amount }) => ({ code, debit, credit, amount }));
}

/** Part of one row of waiting money. */
export interface WaitingPart {
  readonly id: SellerHoldId;
  readonly taken: bigint;
}

/** Takes an amount that is there out of a seller's waiting money. Says out of which rows. */
export async function takeWaiting(
  tx: Tx,
  from: { readonly sellerId: SellerId; readonly currency: string; readonly orderId: OrderId },
  { kind, amount }: { readonly kind: SellerHoldKind; readonly amount: bigint },
): Promise<WaitingPart[]> {
  if (amount === 0n) return [];
  const rows = await tx.query<SellerHoldRow>(
    `select * from "sellerHold" where "sellerId" = $1 and currency = $2 and kind = $3
       and "remainingMinor" > 0`,
    [from.sellerId, from.currency, kind],
  );
  const taken = takeFrom(rows, amount, from.orderId);
  await tx.query(
    `update "sellerHold" h set "remainingMinor" = h."remainingMinor" - x.taken
     from unnest($1::text[], $2::bigint[]) as x (id, taken) where h.id = x.id`,
    [taken.map(({ row }) => row.id), taken.map((one) => one.taken)],
  );
  for (const { row, taken: part } of taken) {
    if (part === row.remainingMinor) await clearTimers(tx, row.id);
  }
  return taken.map(({ row, taken: part }) => ({ id: row.id, taken: part }));
}

/** Puts back what was taken out of waiting money: it waits on until its day, or ends at once when that is over. */
export async function giveBackWaiting(tx: Tx, parts: readonly WaitingPart[]): Promise<void> {
  for (const { id, taken } of parts) {
    const row = await tx.first<SellerHoldRow>(
      `update "sellerHold" set "remainingMinor" = "remainingMinor" + $2 where id = $1 returning *`,
      [id, taken],
    );
    if (row === undefined) throw new Error(`there is no waiting money ${id}`);
    await setTimer(tx, { subject: id, kind: 'T17', version: row.version }, row.availableAt);
  }
}

/** Money that becomes available pays what is owed first. */
export const debtLegs = ({ accounts, debt }: LockedFunds, becomesAvailable: bigint): Leg[] => [
  {
    code: 'DEBT_PAID',
    debit: accounts.available,
    credit: accounts.receivable,
    amount: debt < becomesAvailable ? debt : becomesAvailable,
  },
];
