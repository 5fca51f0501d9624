import { fact } from '#contracts/fact';
import { type PaymentId, chargebackIds, topics } from '#contracts/ids';
import { DAY, after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import { lockFunds } from '../balances/seller-funds.service';
import { type Held, lockHeld, partiesOf } from '../escrow/tranche.service';
import { openAccounts } from '../ledger/ledger.service';
import type { TenderId } from '../payments.ids';
import type { PspObject } from '../psp/psp.port';
import type { ChargebackRow } from './chargeback.entity';
import { chargebackMachine } from './chargeback.machine';
import { liableFor } from './liability.rules';

/** How often the PSP is asked about a case, whether or not it tells us. */
const LOOK_MS = DAY;

/** A case, its row locked. */
export interface Case {
  readonly row: ChargebackRow;
  /** Seen for the first time. */
  readonly fresh: boolean;
}

interface Disputed {
  readonly tenderId: TenderId;
  readonly paymentId: PaymentId;
  readonly currency: string;
  readonly clearingAccountId: bigint;
}

const INSERT = `
  insert into chargeback (id, "pspDisputeId", "tenderId", "paymentId", currency, "amountMinor",
    "feeMinor", "uncoveredMinor", reason, liable, state, "caseAccountId", "clearingAccountId",
    "dueAt", "createdAt", "nextAt")
  values ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, $10, $11, $12, $13, $14)
  on conflict ("pspDisputeId") do nothing returning *`;

/** The case of a dispute at the PSP, made when it is new. Undefined while nobody knows the payment. */
export async function caseOf(tx: Tx, found: PspObject): Promise<Case | undefined> {
  const { dispute } = found;
  if (dispute === undefined) throw new Error(`${found.id} is no dispute`);
  const known = await lockCase(tx, { pspDisputeId: found.id });
  if (known !== undefined) return { row: known, fresh: false };
  const of = await tx.first<Disputed>(
    `select t.id as "tenderId", p.id as "paymentId", p.currency, p."clearingAccountId"
     from tender t join payment p on p.id = t."paymentId" where t."pspPaymentId" = $1`,
    [dispute.pspPaymentId],
  );
  if (of === undefined) return undefined;
  if (of.currency !== found.currency) throw new Error(`${found.id} is in another currency`);
  const id = chargebackIds.create();
  const [account] = await openAccounts(tx, [
    { kind: 'CHARGEBACK_CASE', owner: uuidOf(id), currency: of.currency },
  ]);
  const made = await tx.first<ChargebackRow>(INSERT, [
    ...[id, found.id, of.tenderId, of.paymentId, of.currency, found.amountMinor],
    ...[dispute.reason, liableFor(dispute.reason), chargebackMachine.initial],
    ...[account, of.clearingAccountId, dispute.dueAt, tx.now, after(tx.now, LOOK_MS)],
  ]);
  if (made !== undefined) return { row: made, fresh: true };
  const other = await lockCase(tx, { pspDisputeId: found.id });
  return other && { row: other, fresh: false };
}

/** Locks a case. Lock order: the case, then escrows, then sellers' funds. */
export const lockCase = (
  tx: Tx,
  by: { readonly id: string } | { readonly pspDisputeId: string },
): Promise<ChargebackRow | undefined> =>
  'id' in by
    ? tx.first('select * from chargeback where id = $1 for no key update', [by.id])
    : tx.first('select * from chargeback where "pspDisputeId" = $1 for no key update', [
        by.pspDisputeId,
      ]);

/** Writes what changed of a case. It is looked at again while it is open. */
export async function saveIn(tx: Tx, row: ChargebackRow): Promise<void> {
  await tx.query(
    `update chargeback set state = $2, "amountMinor" = $3, "feeMinor" = $4, "uncoveredMinor" = $5,
       reason = $6, liable = $7, "dueAt" = $8, "openedAt" = $9, "closedAt" = $10, "nextAt" = $11,
       version = $12 where id = $1`,
    [
      ...[row.id, row.state, row.amountMinor, row.feeMinor, row.uncoveredMinor],
      ...[row.reason, row.liable, row.dueAt, row.openedAt, row.closedAt],
      row.closedAt === null ? after(tx.now, LOOK_MS) : null,
      row.version,
    ],
  );
}

/** Locks the money of every order of the payment: escrows by id, then their sellers' by id. */
export async function lockOrders(
  tx: Tx,
  { paymentId, currency }: Pick<ChargebackRow, 'paymentId' | 'currency'>,
): Promise<Held[]> {
  const rows = await tx.query<{ id: string }>(
    `select e.id from escrow e join payment p on e."orderId" = any (p."orderIds")
     where p.id = $1 order by e.id`,
    [paymentId],
  );
  const all: Held[] = [];
  for (const { id: escrowId } of rows) {
    const held = await lockHeld(tx, { escrowId });
    if (held !== undefined) all.push(held);
  }
  const sellers = new Set(all.map(({ escrow }) => escrow.sellerId));
  for (const sellerId of [...sellers].sort()) await lockFunds(tx, sellerId, currency);
  return all;
}

type OfTender = Pick<ChargebackRow, 'tenderId'>;

/** Whether the payment of a case brought its orders their money: that of one that failed was given back as it came. */
export async function isCaptured(tx: Tx, { tenderId }: OfTender): Promise<boolean> {
  const paid = await tx.first(
    `select 1 as one from tender t join payment p on p.id = t."paymentId"
     where t.id = $1 and p.state = 'CAPTURED'`,
    [tenderId],
  );
  return paid !== undefined;
}

/**
 * What the tender of a case still brings its orders: what was refunded to it, or taken back, is not theirs any more, and
 * what another payment brought is none of its business. Their money is locked.
 */
export async function roomOf(tx: Tx, row: OfTender): Promise<bigint> {
  if (!(await isCaptured(tx, row))) return 0n;
  const tender = await tx.first<{ room: bigint }>(
    `select greatest("capturedMinor" - "refundedMinor" - "chargedBackMinor", 0) as room
     from tender where id = $1`,
    [row.tenderId],
  );
  return tender?.room ?? 0n;
}

/** Disputes about orders of a case that is over, which agreed meanwhile and wait for the money, look again. */
export async function hastenDisputes(tx: Tx, escrowIds: readonly string[]): Promise<void> {
  await tx.query(
    `update timer set "fireAt" = $2 where kind = 'OTHER_HOLD' and subject in (select id from dispute
       where "escrowId" = any ($1) and state = 'WAIT_HOLD')`,
    [escrowIds, tx.now],
  );
}

/** Tells each order of the payment what its part is. Returns the case in its next version. */
export function tellOrders(
  tx: Tx,
  row: ChargebackRow,
  orders: readonly Held[],
  partOf: (escrowId: string) => bigint,
): ChargebackRow {
  const { id: chargebackId, currency, liable, state } = row;
  for (const [n, { escrow }] of orders.entries()) {
    const about = {
      subject: chargebackId,
      version: row.version + n + 1,
      topics: [
        topics.escrow(escrow.id),
        topics.order(escrow.orderId),
        topics.sellerBalance(escrow.sellerId),
      ],
    };
    const amountMinor = partOf(escrow.id).toString();
    const data = { ...partiesOf(escrow), chargebackId, amountMinor, currency, liable };
    tx.publish(
      state === 'PREVENTED' || state === 'WON' || state === 'LOST' || state === 'ACCEPTED'
        ? fact('chargeback.closed', about, { ...data, outcome: state })
        : fact('chargeback.opened', about, data),
    );
  }
  return { ...row, version: row.version + orders.length };
}

/** What was charged back of a tender cannot be refunded to it. */
export async function changeTender(
  tx: Tx,
  { tenderId }: Pick<ChargebackRow, 'tenderId'>,
  by: bigint,
): Promise<void> {
  await tx.query('update tender set "chargedBackMinor" = "chargedBackMinor" + $2 where id = $1', [
    tenderId,
    by,
  ]);
}
