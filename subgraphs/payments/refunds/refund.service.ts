import { type OrderId, type PaymentId, type RefundId, refundIds } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import { isContested } from '../chargebacks/refund-block.service';
import type { Shares } from '../releases/release.rules';
import type { Leaving } from '../escrow/split.rules';
import type { TrancheRow } from '../escrow/tranche.entity';
import type { Held } from '../escrow/tranche.service';
import type { Leg } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import type { TenderRow } from '../payments/tender.entity';
import { refundLegIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspCapabilities } from '../psp/psp.port';
import { movedBy, sendWaitingIn } from './refund-moves.service';
import type { RefundOutcomeService } from './refund-outcome.service';
import { linesTaken, writeLines } from './refund-lines.service';
import { type RefundFault, type RefundPart, type RefundSource, bear, spread } from './refund.rules';
import { paymentsOf, tendersOf } from './refund-payment.service';
import { fromSeller, heldLegs, sharesOfPart, sourceOf, sum } from './refund-source.service';

/** A refund to begin: where its money is and how it gets into the account of what is due back. */
interface NewRefund {
  readonly id: RefundId;
  readonly source: RefundSource;
  /** Of several the newest. */
  readonly paymentId: PaymentId;
  /** A deposit and its balance are given back together. */
  readonly paymentIds?: readonly PaymentId[];
  readonly order: { readonly escrowId: string; readonly orderId: OrderId } | undefined;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly commissionMinor: bigint;
  readonly taxMinor: bigint;
  readonly cause: string;
  readonly fault?: RefundFault;
  /** It is due now and sent when it is let go. */
  readonly waits?: boolean;
  /** Only back to this tender. */
  readonly tenderId?: string;
  readonly into: (due: bigint) => Leg[] | Promise<Leg[]>;
}

/** What late money is about. */
export interface LateMoney {
  readonly paymentId: PaymentId;
  readonly fundsAccountId: bigint;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly cause: string;
  readonly order?: { readonly escrowId: string; readonly orderId: OrderId };
  readonly tenderId?: string;
}

/** Why a refund is made, and who pays what is missing. */
export interface RefundTerms {
  readonly cause: string;
  /** NOBODY's by default. */
  readonly fault?: RefundFault;
  /** Whether the seller may owe what their money does not cover. */
  readonly mayOwe: boolean;
  /** Whether it is sent only when it is let go (`letGoIn`); until then it can be undone. */
  readonly waits?: boolean;
}

/** A refund of an order by amount. */
export interface RefundOrder extends RefundTerms {
  readonly amountMinor: bigint;
  /** Only out of this tranche. */
  readonly trancheId?: string | undefined;
}

const WRITE = `
  with r as (
    insert into refund (id, source, "paymentId", "escrowId", "orderId", currency, "amountMinor",
      "commissionMinor", "taxMinor", cause, state, "dueAccountId", "createdAt", fault)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'CREATED', $11, $12, $16)),
  l as (
    insert into "refundLeg" (id, "refundId", "tenderId", "amountMinor", state)
    select id, $1, tender, amount, 'CREATED'
    from unnest($13::text[], $14::text[], $15::bigint[]) as x (id, tender, amount))
  update tender t set "refundedMinor" = "refundedMinor" + x.amount
  from unnest($14::text[], $15::bigint[]) as x (id, amount) where t.id = x.id`;

/**
 * Takes money out of where it is and sends it back. It is due to the buyer from this transaction on; the PSP is asked
 * afterwards, and `refund.succeeded` is told only when the PSP has confirmed.
 */
export class RefundService {
  constructor(
    private readonly outgoing: Outgoing,
    private readonly capabilities: Pick<PspCapabilities, 'disputeRefundable'>,
    private readonly outcomes: RefundOutcomeService,
  ) {}

  /** False while the payer's bank has taken the payment of a locked order back and the PSP refunds no such payment. */
  async mayRefund(tx: Tx, { escrow }: Held): Promise<boolean> {
    return this.capabilities.disputeRefundable || !(await isContested(tx, escrow.orderId));
  }

  /** False when the payments of a locked order cannot take an amount back: the payer has it from their bank already. */
  async hasRoom(tx: Tx, held: Held, amountMinor: bigint): Promise<boolean> {
    const tenders = await tendersOf(tx, await paymentsOf(tx, held), undefined);
    return spread(amountMinor, tenders) !== undefined;
  }

  /**
   * Refunds part or all of a locked escrow: from what is held, then from what was released (claw-back from the
   * seller's money). A seller who asks for it must have the money (BALANCE_INSUFFICIENT); when others decide, what is
   * missing is owed. Refuses with AMOUNT_EXCEEDS_AVAILABLE, TRANCHE_FROZEN, REFUND_BLOCKED_BY_CHARGEBACK too.
   */
  async refundIn(tx: Tx, held: Held, order: RefundOrder): Promise<RefundId> {
    const { amountMinor, trancheId } = order;
    if (amountMinor <= 0n) throw refuse('AMOUNT_INVALID', { field: ['input', 'amount'] });
    if (!(await this.mayRefund(tx, held))) throw refuse('REFUND_BLOCKED_BY_CHARGEBACK');
    const some = held.tranches.filter(({ id }) => id === (trancheId ?? id));
    const parts = bear(amountMinor, some);
    if (parts === undefined) {
      if (some.some(({ state }) => state === 'FROZEN')) throw refuse('TRANCHE_FROZEN');
      throw refuse('AMOUNT_EXCEEDS_AVAILABLE', { field: ['input', 'amount'] });
    }
    return this.takeIn(tx, held, parts, order);
  }

  /**
   * Refunds goods of a locked escrow at what they cost when they were ordered; their commission and tax return with
   * them. Refuses like `refundIn`.
   */
  async refundLinesIn(
    tx: Tx,
    held: Held,
    { lines, ...terms }: RefundTerms & { readonly lines: readonly Leaving[] },
  ): Promise<RefundId> {
    if (!(await this.mayRefund(tx, held))) throw refuse('REFUND_BLOCKED_BY_CHARGEBACK');
    const taken = await linesTaken(tx, held, lines);
    const { amountMinor } = taken;
    if (amountMinor === 0n) throw refuse('AMOUNT_INVALID', { field: ['input', 'lines'] });
    const id = await this.takeIn(tx, held, taken.parts, { ...terms, amountMinor });
    await writeLines(tx, id, taken);
    return id;
  }

  private async takeIn(
    tx: Tx,
    held: Held,
    parts: readonly (RefundPart<TrancheRow> & { readonly shares?: Shares })[],
    { amountMinor, cause, mayOwe, fault = 'NOBODY', waits = false }: RefundOrder,
  ): Promise<RefundId> {
    const { escrow } = held;
    const [paymentId, ...earlier] = await paymentsOf(tx, held);
    const priced = parts.map((part) => ({ ...part, shares: part.shares ?? sharesOfPart(part) }));
    const id = refundIds.create();
    const clawedBack = priced.filter(({ from }) => from === 'RELEASED');
    const taken = clawedBack.length === 0 ? undefined : await fromSeller(tx, escrow, clawedBack);
    if (taken !== undefined && !mayOwe && taken.missing > 0n) throw refuse('BALANCE_INSUFFICIENT');
    await this.begin(tx, {
      id,
      source: sourceOf(priced),
      paymentId,
      paymentIds: [paymentId, ...earlier],
      order: { escrowId: escrow.id, orderId: escrow.orderId },
      currency: escrow.currency,
      amountMinor,
      commissionMinor: sum(priced, ({ shares }) => shares.commission),
      taxMinor: sum(priced, ({ shares }) => shares.tax),
      cause,
      fault,
      waits,
      into: async (due) => [
        ...heldLegs(priced, due),
        ...(taken === undefined ? [] : await taken.legs(due)),
      ],
    });
    await taken?.addLine({ refundId: id, cause });
    await movedBy(tx, held, priced);
    if (!waits) await this.outcomes.payCreditIn(tx, id);
    return id;
  }

  /** Sends money back that came in too late to be used. It is booked already and lies in the payment's funds. */
  async lateIn(tx: Tx, late: LateMoney): Promise<RefundId> {
    const id = refundIds.create();
    await this.begin(tx, {
      ...late,
      id,
      source: 'LATE_MONEY',
      order: late.order,
      commissionMinor: 0n,
      taxMinor: 0n,
      into: (due) => [
        {
          code: 'REFUND_LATE_MONEY',
          debit: late.fundsAccountId,
          credit: due,
          amount: late.amountMinor,
        },
      ],
    });
    await this.outcomes.payCreditIn(tx, id);
    return id;
  }

  /** Sends a refund that waited. */
  sendIn(tx: Tx, refundId: RefundId): Promise<void> {
    return sendWaitingIn(tx, refundId, this.outgoing, this.outcomes);
  }

  private async begin(tx: Tx, refund: NewRefund): Promise<RefundId> {
    const { id, currency } = refund;
    const { paymentId, paymentIds = [paymentId], tenderId } = refund;
    const legs = spread(refund.amountMinor, await tendersOf(tx, paymentIds, tenderId));
    if (legs === undefined) throw refuse('AMOUNT_EXCEEDS_AVAILABLE');
    const [due = 0n] = await openAccounts(tx, [
      { kind: 'REFUND_DUE', owner: uuidOf(id), currency },
    ]);
    const named = legs.map((leg) => ({ ...leg, id: refundLegIds.create() }));
    await tx.query(WRITE, [
      id,
      refund.source,
      refund.paymentId,
      refund.order?.escrowId ?? null,
      refund.order?.orderId ?? null,
      currency,
      refund.amountMinor,
      refund.commissionMinor,
      refund.taxMinor,
      refund.cause,
      due,
      tx.now,
      named.map((leg) => leg.id),
      named.map(({ tender }) => tender.id),
      named.map(({ amountMinor }) => amountMinor),
      refund.fault ?? 'NOBODY',
    ]);
    await this.outgoing.writeIn(
      tx,
      named.filter(isSent).map((leg) => ({
        subject: leg.id,
        state: 'READY',
        nextAt: refund.waits === true ? null : tx.now,
        request: {
          kind: 'REFUND',
          amountMinor: leg.amountMinor.toString(),
          currency,
          pspPaymentId: leg.tender.pspPaymentId ?? '',
        },
      })),
    );
    await post(tx, posting(id, currency, tx.now, await refund.into(due)));
    return id;
  }
}

/** Credit is given back without asking a PSP. */
const isSent = ({ tender }: { readonly tender: TenderRow }): boolean =>
  tender.creditAccountId === null;
