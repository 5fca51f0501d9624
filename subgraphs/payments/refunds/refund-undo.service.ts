import { fact } from '#contracts/fact';
import type { RefundId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { debtLegs, lockFunds } from '../balances/seller-funds.service';
import { ageAgain } from '../deadlines/tranche-timers.service';
import { trancheMachine } from '../escrow/tranche.machine';
import {
  type Held,
  aboutBalance,
  moveTranche,
  partiesOf,
  trancheOf,
} from '../escrow/tranche.service';
import { type Leg, PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { balanceTransactionIds } from '../payments.ids';
import type { Outgoing } from '../psp/outgoing.service';
import { countCredit } from './credit-leg.service';
import type { RefundLegRow } from './refund-leg.entity';
import type { RefundRow } from './refund.entity';

/** Takes a waiting refund back: nothing of it was sent, so its money returns to where it was. */
export class RefundUndoService {
  constructor(private readonly outgoing: Outgoing) {}

  /** Undoes a refund of one tranche of a locked escrow. What was held is held again, what was released is the seller's. */
  async undoIn(tx: Tx, held: Held, trancheId: string, refundId: RefundId): Promise<Held> {
    const funds = await lockFunds(tx, held.escrow.sellerId, held.escrow.currency);
    const refund = await this.stopIn(tx, refundId);
    const { amountMinor: amount, dueAccountId: debit, currency } = refund;
    const tranche = trancheOf(held, trancheId);
    const isClawBack = refund.source === 'CLAW_BACK';
    const net = amount - refund.commissionMinor - refund.taxMinor;
    const legs: Leg[] = isClawBack
      ? [...(await toSeller(tx, refund, funds.accounts.available, net)), ...debtLegs(funds, net)]
      : [{ code: 'REFUND_UNDONE', debit, credit: tranche.accountId, amount }];
    await post(tx, posting(`${refundId}:undone`, currency, tx.now, legs));
    if (isClawBack) await addLine(tx, held, funds.accounts.available, { ...refund, net });
    const reopened = trancheMachine.next(tranche.state, 'reopen');
    const change = isClawBack
      ? { clawedBack: -amount }
      : { refunded: -amount, ...(reopened !== undefined && { state: reopened }) };
    const now = await moveTranche(tx, held, { id: trancheId, ...change }, ({ escrow }) =>
      fact('escrow.progressed', aboutBalance(escrow), { ...partiesOf(escrow), to: escrow.state }),
    );
    if (!isClawBack) await ageAgain(tx, now.escrow);
    return now;
  }

  /** Ends a refund that waits; its tenders can be refunded again. */
  private async stopIn(tx: Tx, refundId: RefundId): Promise<RefundRow> {
    const legs = await tx.query<RefundLegRow>(
      `update "refundLeg" set state = 'REJECTED' where "refundId" = $1 returning *`,
      [refundId],
    );
    const stopped = await this.outgoing.giveUpIn(
      tx,
      legs.map(({ id }) => id),
      'UNDONE',
    );
    if (stopped + (await countCredit(tx, legs)) !== legs.length)
      throw new Error(`${refundId} was sent already`);
    await tx.query(
      `update tender t set "refundedMinor" = "refundedMinor" - x.amount
       from unnest($1::text[], $2::bigint[]) as x (id, amount) where t.id = x.id`,
      [legs.map(({ tenderId }) => tenderId), legs.map(({ amountMinor }) => amountMinor)],
    );
    const refund = await tx.first<RefundRow>(
      `update refund set state = 'UNDONE', version = version + 1 where id = $1 returning *`,
      [refundId],
    );
    if (refund === undefined) throw new Error(`there is no refund ${refundId}`);
    return refund;
  }
}

/** The seller's net comes back, and the platform's fees on that part. */
async function toSeller(
  tx: Tx,
  { dueAccountId: debit, currency, commissionMinor, taxMinor }: RefundRow,
  available: bigint,
  net: bigint,
): Promise<Leg[]> {
  const [fees = 0n, taxes = 0n] = await openAccounts(tx, [
    { kind: 'FEE_REVENUE', owner: PLATFORM, currency },
    { kind: 'TAX_PAYABLE', owner: PLATFORM, currency },
  ]);
  return [
    { code: 'REFUND_UNDONE', debit, credit: available, amount: net },
    { code: 'REFUND_UNDONE', debit, credit: fees, amount: commissionMinor },
    { code: 'REFUND_UNDONE', debit, credit: taxes, amount: taxMinor },
  ];
}

/** The line that explains it is the claw-back's own, the other way round. */
async function addLine(
  tx: Tx,
  { escrow: { sellerId, orderId } }: Held,
  available: bigint,
  { id, currency, net, amountMinor, commissionMinor, taxMinor }: RefundRow & { net: bigint },
): Promise<void> {
  if (net === 0n) return;
  await tx.query(
    `insert into "balanceTransaction" (id, "accountId", "sellerId", currency, kind, "amountMinor",
       "grossMinor", "commissionMinor", "taxMinor", "orderId", cause, "causeId", "occurredAt",
       "availableAt")
     values ($1, $2, $3, $4, 'CLAW_BACK', $5, $6, $7, $8, $9, 'DECISION_CHANGED', $10, $11, $11)`,
    [
      ...[balanceTransactionIds.create(), available, sellerId, currency, net, amountMinor],
      ...[commissionMinor, taxMinor, orderId, `${id}:undone`, tx.now],
    ],
  );
}
