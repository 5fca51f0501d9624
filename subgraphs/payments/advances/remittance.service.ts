import { fact } from '#contracts/fact';
import { topics } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { AdvanceRemittanceRow } from './advance-remittance.entity';
import type { AdvanceRow } from './advance.entity';
import { outstandingOf, reversalOf, splitRemittance } from './advance.rules';

/** A payment on an advance. */
export interface Remittance {
  /** Names it: the release that it comes out of, or the request to pay off. */
  readonly id: string;
  readonly trancheId: string | null;
  readonly releaseId: string | null;
  readonly amount: bigint;
}

/** Writes a payment on a locked advance and tells of it; the caller moves the money. False when it is known already. */
export async function remitIn(
  tx: Tx,
  advance: AdvanceRow,
  { id, trancheId, releaseId, amount }: Remittance,
): Promise<boolean> {
  if (amount === 0n) return false;
  const { principal, fee } = splitRemittance(advance, amount);
  const fresh = await tx.first(
    `insert into "advanceRemittance" (id, "advanceId", "trancheId", "principalMinor", "feeMinor")
     values ($1, $2, $3, $4, $5) on conflict do nothing returning 1 as one`,
    [id, advance.id, trancheId, principal, fee],
  );
  if (fresh === undefined) return false;
  await moveIn(tx, advance, { amount, releaseId });
  return true;
}

/** A positive amount came back; a negative one is outstanding again. */
async function moveIn(
  tx: Tx,
  { id: advanceId }: AdvanceRow,
  { amount, releaseId }: { readonly amount: bigint; readonly releaseId: string | null },
): Promise<void> {
  const now = await tx.first<AdvanceRow>(
    `update advance set "remittedMinor" = "remittedMinor" + $2, version = version + 1
     where id = $1 returning *`,
    [advanceId, amount],
  );
  if (now === undefined) throw new Error(`there is no advance ${advanceId}`);
  const { sellerId, currency, version } = now;
  const about = { subject: advanceId, version, topics: [topics.sellerBalance(sellerId)] };
  const data = {
    advanceId,
    sellerId,
    releaseId,
    currency,
    amountMinor: (amount < 0n ? -amount : amount).toString(),
    outstandingMinor: outstandingOf(now).toString(),
  };
  tx.publish(fact(amount < 0n ? 'advance.remittance_reversed' : 'advance.remitted', about, data));
}

/** A tranche of which more was taken back. */
export interface TakenBack {
  readonly trancheId: string;
  readonly released: bigint;
  /** All that was taken back of it, with this. */
  readonly clawedBack: bigint;
  /** The seller's net of this; no more than it is reversed. */
  readonly net: bigint;
}

/** What one payment on an advance made outstanding again. */
export interface ReversedRemittance {
  readonly remittanceId: string;
  /** The advance's account: debited into what takes the money back. */
  readonly account: bigint;
  readonly amount: bigint;
}

/**
 * What was paid on advances out of a tranche is outstanding again as far as the tranche is taken back. The seller's
 * money is locked. A written-off advance stays so. The caller moves the money.
 */
export async function reverseIn(
  tx: Tx,
  { trancheId, released, clawedBack, net }: TakenBack,
): Promise<ReversedRemittance[]> {
  const rows = await tx.query<AdvanceRemittanceRow>(
    `select r.* from "advanceRemittance" r join advance a on a.id = r."advanceId"
     where r."trancheId" = $1 and a.state = 'OPEN' order by r.id`,
    [trancheId],
  );
  const paid = rows.reduce((sum, row) => sum + row.principalMinor + row.feeMinor, 0n);
  const reversed = rows.reduce((sum, row) => sum + row.reversedMinor, 0n);
  const due = reversalOf(paid, reversed, { released, clawedBack });
  let left = due < net ? due : net;
  const parts: ReversedRemittance[] = [];
  for (const row of rows) {
    const room = row.principalMinor + row.feeMinor - row.reversedMinor;
    const amount = room < left ? room : left;
    if (amount === 0n) continue;
    left -= amount;
    parts.push(await reverseOne(tx, row, amount));
  }
  return parts;
}

async function reverseOne(
  tx: Tx,
  { id, advanceId }: AdvanceRemittanceRow,
  amount: bigint,
): Promise<ReversedRemittance> {
  const advance = await lockAdvanceOf(tx, advanceId);
  await addReversed(tx, id, amount);
  await moveIn(tx, advance, { amount: -amount, releaseId: id });
  return { remittanceId: id, account: advance.accountId, amount };
}

/** What is outstanding of the advance of each payment on one. Locked; the seller's money is too. */
export async function outstandingIn(
  tx: Tx,
  remittanceIds: readonly string[],
): Promise<ReadonlyMap<bigint, bigint>> {
  const rows = await tx.query<AdvanceRow>(
    `select * from advance where id in (select "advanceId" from "advanceRemittance"
       where id = any ($1)) order by id for no key update`,
    [remittanceIds],
  );
  return new Map(
    rows.map((row) => [row.accountId ?? 0n, row.state === 'OPEN' ? outstandingOf(row) : 0n]),
  );
}

/** A reversal is taken back: the payment counts again. The caller moves the money. */
export async function restoreIn(tx: Tx, remittanceId: string, amount: bigint): Promise<void> {
  if (amount === 0n) return;
  const row = await tx.first<AdvanceRemittanceRow>(
    'select * from "advanceRemittance" where id = $1',
    [remittanceId],
  );
  const advance = await lockAdvanceOf(tx, row?.advanceId ?? '');
  await addReversed(tx, remittanceId, -amount);
  await moveIn(tx, advance, { amount, releaseId: remittanceId });
}

const addReversed = (tx: Tx, id: string, amount: bigint): Promise<unknown> =>
  tx.query(`update "advanceRemittance" set "reversedMinor" = "reversedMinor" + $2 where id = $1`, [
    id,
    amount,
  ]);

async function lockAdvanceOf(
  tx: Tx,
  id: string,
): Promise<AdvanceRow & { readonly accountId: bigint }> {
  const advance = await tx.first<AdvanceRow>(
    'select * from advance where id = $1 for no key update',
    [id],
  );
  const accountId = advance?.accountId ?? null;
  if (advance === undefined || accountId === null) throw new Error(`there is no advance ${id}`);
  return { ...advance, accountId };
}
