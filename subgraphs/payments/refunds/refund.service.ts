import { fact } from '#contracts/fact';
import { type OrderId, type PaymentId, type RefundId, refundIds } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import { type Shares, sharesOf } from '../escrow/release.rules';
import { trancheMachine } from '../escrow/tranche.machine';
import { type Held, aboutEscrow, moveHeld, partiesOf } from '../escrow/tranche.service';
import { type Leg, PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import type { TenderRow } from '../payments/tender.entity';
import { balanceTransactionIds, refundLegIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import type { Outgoing } from '../psp/outgoing.service';
import { type RefundSource, spread } from './refund.rules';

/** A refund to begin: where its money is and how it gets into the account of what is due back. */
interface NewRefund {
  readonly id: RefundId;
  readonly source: RefundSource;
  readonly paymentId: PaymentId;
  readonly order: { readonly escrowId: string; readonly orderId: OrderId } | undefined;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly commissionMinor: bigint;
  readonly taxMinor: bigint;
  readonly cause: string;
  /** Only back to this tender. */
  readonly tenderId?: string;
  readonly into: (due: bigint) => Leg[];
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

const WRITE = `
  with r as (
    insert into refund (id, source, "paymentId", "escrowId", "orderId", currency, "amountMinor",
      "commissionMinor", "taxMinor", cause, state, "dueAccountId", "createdAt")
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'CREATED', $11, $12)),
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
  constructor(private readonly outgoing: Outgoing) {}

  /**
   * Refunds part or all of a locked escrow: from what is held, else from what was released (claw-back from the
   * seller's available balance). Refuses with AMOUNT_EXCEEDS_AVAILABLE, BALANCE_INSUFFICIENT, TRANCHE_FROZEN.
   */
  async refundIn(tx: Tx, held: Held, amountMinor: bigint, cause: string): Promise<RefundId> {
    const { tranche, escrow } = held;
    if (amountMinor <= 0n) throw refuse('AMOUNT_INVALID', { field: ['input', 'amount'] });
    if (tranche.state === 'FROZEN') throw refuse('TRANCHE_FROZEN');
    const paymentId = await paymentOf(tx, held);
    const order = { escrowId: escrow.id, orderId: escrow.orderId };
    const base = { paymentId, order, currency: escrow.currency, amountMinor, cause };
    if (amountMinor <= tranche.availableMinor) return this.fromTranche(tx, held, base);
    const released = tranche.releasedMinor - tranche.clawedBackMinor;
    if (tranche.availableMinor > 0n || amountMinor > released) {
      throw refuse('AMOUNT_EXCEEDS_AVAILABLE', { field: ['input', 'amount'] });
    }
    return this.clawBack(tx, held, base);
  }

  /** Sends money back that came in too late to be used. It is booked already and lies in the payment's funds. */
  async lateIn(tx: Tx, late: LateMoney): Promise<RefundId> {
    return this.begin(tx, {
      ...late,
      id: refundIds.create(),
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
  }

  private async fromTranche(tx: Tx, held: Held, base: Base): Promise<RefundId> {
    const { tranche, escrow } = held;
    const { amountMinor } = base;
    const at = tranche.refundedMinor + tranche.releasedMinor;
    const id = await this.begin(tx, {
      ...base,
      ...notCharged(sharesOf(escrow, at, at + amountMinor)),
      id: refundIds.create(),
      source: 'TRANCHE',
      into: (due) => [
        { code: 'REFUND_HELD', debit: tranche.accountId, credit: due, amount: amountMinor },
      ],
    });
    const all = amountMinor === tranche.availableMinor;
    const closed = all ? trancheMachine.next(tranche.state, 'close') : undefined;
    const change = { refunded: amountMinor, ...(closed === undefined ? {} : { state: closed }) };
    await moveHeld(tx, held, change, (now) => progressed(now));
    return id;
  }

  /** The seller gives back the net, the platform its fees on that part. */
  private async clawBack(tx: Tx, held: Held, base: Base): Promise<RefundId> {
    const { tranche, escrow } = held;
    const { currency, amountMinor } = base;
    const terms = {
      totalMinor: tranche.releasedMinor,
      commissionMinor: tranche.releasedCommissionMinor,
      taxMinor: tranche.releasedTaxMinor,
    };
    const at = tranche.clawedBackMinor;
    const shares = sharesOf(terms, at, at + amountMinor);
    const [available = 0n, fees = 0n, taxes = 0n] = await openAccounts(tx, [
      { kind: 'SELLER_AVAILABLE', owner: uuidOf(escrow.sellerId), currency },
      { kind: 'FEE_REVENUE', owner: PLATFORM, currency },
      { kind: 'TAX_PAYABLE', owner: PLATFORM, currency },
    ]);
    const id = await this.begin(tx, {
      ...base,
      ...notCharged(shares),
      id: refundIds.create(),
      source: 'CLAW_BACK',
      into: (due) => [
        { code: 'REFUND_CLAW_BACK', debit: available, credit: due, amount: shares.net },
        { code: 'REFUND_COMMISSION', debit: fees, credit: due, amount: shares.commission },
        { code: 'REFUND_TAX', debit: taxes, credit: due, amount: shares.tax },
      ],
    });
    if (shares.net !== 0n) await addClawBackLine(tx, held, { id, available, shares, base });
    await moveHeld(tx, held, { clawedBack: amountMinor }, (now) => progressed(now));
    return id;
  }

  private async begin(tx: Tx, refund: NewRefund): Promise<RefundId> {
    const { id, currency } = refund;
    const tenders = await tx.query<TenderRow>(
      `select * from tender where "paymentId" = $1 and ($2::text is null or id = $2)
       order by id for no key update`,
      [refund.paymentId, refund.tenderId ?? null],
    );
    const legs = spread(refund.amountMinor, tenders);
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
    ]);
    await this.outgoing.writeIn(
      tx,
      named.map((leg) => ({
        subject: leg.id,
        state: 'READY',
        nextAt: tx.now,
        request: {
          kind: 'REFUND',
          amountMinor: leg.amountMinor.toString(),
          pspPaymentId: leg.tender.pspPaymentId ?? '',
        },
      })),
    );
    await postLimited(tx, refund, refund.into(due));
    return id;
  }
}

type Base = Pick<NewRefund, 'paymentId' | 'order' | 'currency' | 'amountMinor' | 'cause'>;

/** Fees that fall away with a refunded part. */
const notCharged = ({ commission, tax }: Shares) => ({
  commissionMinor: commission,
  taxMinor: tax,
});

const progressed = ({ escrow }: Held) =>
  fact('escrow.progressed', aboutEscrow(escrow), { ...partiesOf(escrow), to: escrow.state });

/** The limit of the seller's balance is the database's own; breaking it is an answer, not a fault. */
async function postLimited(tx: Tx, { id, currency }: NewRefund, legs: Leg[]): Promise<void> {
  try {
    await post(tx, posting(id, currency, tx.now, legs));
  } catch (error) {
    if ((error as { code?: string }).code === '23514') throw refuse('BALANCE_INSUFFICIENT');
    throw error;
  }
}

async function paymentOf(tx: Tx, { escrow }: Held): Promise<PaymentId> {
  const row = await tx.first<{ id: PaymentId }>(
    `select id from payment where "orderGroupId" = $1 and state = 'CAPTURED'
       and $2 = any ("orderIds")`,
    [escrow.orderGroupId, escrow.orderId],
  );
  if (row === undefined) throw refuse('AMOUNT_EXCEEDS_AVAILABLE', { message: 'Nothing was paid.' });
  return row.id;
}

async function addClawBackLine(
  tx: Tx,
  { escrow }: Held,
  line: { id: RefundId; available: bigint; shares: Shares; base: Base },
): Promise<void> {
  const { id, available, shares, base } = line;
  await tx.query(
    `insert into "balanceTransaction" (id, "accountId", "sellerId", currency, kind, "amountMinor",
       "grossMinor", "commissionMinor", "taxMinor", "orderId", cause, "causeId", "occurredAt")
     values ($1, $2, $3, $4, 'CLAW_BACK', $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      balanceTransactionIds.create(),
      available,
      escrow.sellerId,
      escrow.currency,
      -shares.net,
      -base.amountMinor,
      -shares.commission,
      -shares.tax,
      escrow.orderId,
      base.cause,
      id,
      tx.now,
    ],
  );
}
