import { randomBytes } from 'node:crypto';
import { type SharedFact } from '../shared/facts';
import { type Fields } from '../shared/fields';
import { Refusal } from '../shared/refusal';
import { refuseCardNumbers } from './card.number';
import { type FileDesk } from './file.desk';
import { moved } from './psp.books';
import { type Announce, type PspChange } from './psp.change';
import {
  type BookAccount,
  type Dispute,
  type Payment,
  type Posting,
  type PspFact,
} from './psp.facts';
import { type PspState } from './psp.state';

const DUE_AFTER_MS = 7 * 86_400_000;
const DECIDED_AFTER_MS = 1_000;
/** A slow bank decides when somebody says so. */
const SLOWLY_AFTER_MS = 3_600_000;
const FEE = 1_500n;
/** Of one field of evidence. */
const LONGEST_TEXT = 20_000;

type Facts = (PspFact | SharedFact)[];

/**
 * Disputes that payers open at their bank. The amount and a fee leave the merchant's balance at once; evidence may be
 * submitted once until the due date; without it, or when the merchant accepts, the dispute is lost. The fee stays, unless
 * the complaint says that winning gives it back.
 */
export class DisputeDesk {
  constructor(
    private readonly state: PspState,
    private readonly announce: Announce,
    private readonly now: () => number,
    private readonly files: Pick<FileDesk, 'check'>,
  ) {}

  /** The payer complains about a captured payment; how it ends is in the token. */
  open(payment: Payment): Facts {
    const amount = BigInt(payment.capturedMinor) - BigInt(payment.refundedMinor);
    const settled: PspFact = { kind: 'payment.put', payment: { ...payment, nextAtMs: null } };
    if (amount === 0n) return [settled];
    const outcome = payment.token === 'tok_dispute_won' ? 'won' : 'lost';
    const dispute = this.complaint(payment, { amount, outcome, reason: 'product_not_received' });
    return [settled, ...this.taken(dispute, 'dispute.opened')];
  }

  /** A complaint about any captured payment, as a test wants it: also one that was refunded, or only a warning. */
  complain(body: Fields): PspChange {
    const payment = this.state.payment(body.text('paymentId'));
    const feeBack = body.flag('feeBack', false);
    const complaint = this.complaint(payment, {
      amount: body.has('amountMinor') ? body.amount('amountMinor') : BigInt(payment.capturedMinor),
      outcome: body.oneOf('outcome', ['won', 'lost']),
      reason: body.text('reason'),
    });
    const slow = body.flag('slow', false);
    const dispute: Dispute = { ...complaint, ...(feeBack && { feeBack }), ...(slow && { slow }) };
    if (!body.flag('warning', false)) {
      return { status: 201, body: dispute, facts: this.taken(dispute, 'dispute.opened') };
    }
    const warning = { ...dispute, status: 'warning_needs_response' as const, feeMinor: '0' };
    return { status: 201, body: warning, facts: this.put(warning, 'dispute.opened') };
  }

  /** A warning becomes a dispute. */
  escalate(id: string): PspChange {
    const warning = this.state.dispute(id);
    if (warning.status !== 'warning_needs_response') {
      throw new Refusal(409, 'DISPUTE_CLOSED', `a dispute that is ${warning.status} is no warning`);
    }
    const dispute: Dispute = { ...warning, status: 'needs_response', feeMinor: String(FEE) };
    return { status: 200, body: dispute, facts: this.taken(dispute, 'dispute.updated') };
  }

  private complaint(
    payment: Payment,
    { amount, outcome, reason }: { amount: bigint; outcome: Dispute['outcome']; reason: string },
  ): Dispute {
    const dueMs = this.now() + DUE_AFTER_MS;
    return {
      id: `dis_sim_${randomBytes(12).toString('hex')}`,
      object: 'dispute',
      status: 'needs_response',
      paymentId: payment.id,
      amountMinor: String(amount),
      currency: payment.currency,
      feeMinor: String(FEE),
      reason,
      dueAt: new Date(dueMs).toISOString(),
      evidence: {},
      reference: payment.reference,
      createdAt: new Date(this.now()).toISOString(),
      outcome,
      nextAtMs: dueMs,
    };
  }

  /** The amount and the fee leave the merchant's balance. */
  private taken(dispute: Dispute, type: string): Facts {
    const amount = BigInt(dispute.amountMinor);
    const taken = moved('merchant_balance', 'card_network', this.what(dispute, 'dispute'), amount);
    const fee = moved('merchant_balance', 'psp_fees', this.what(dispute, 'dispute_fee'), FEE);
    return [
      { kind: 'posted', posting: taken },
      { kind: 'posted', posting: fee },
      ...this.put(dispute, type),
    ];
  }

  submit(id: string, body: Fields): PspChange {
    const evidence = body.labels('evidence', LONGEST_TEXT);
    refuseCardNumbers(Object.values(evidence));
    this.files.check(evidence);
    return this.answer(id, 'evidence', body, (dispute) =>
      this.put(
        {
          ...dispute,
          status: 'under_review',
          evidence,
          nextAtMs: this.now() + (dispute.slow === true ? SLOWLY_AFTER_MS : DECIDED_AFTER_MS),
        },
        'dispute.updated',
      ),
    );
  }

  accept(id: string, body: Fields): PspChange {
    return this.answer(id, 'accept', body, (dispute) => this.closed(dispute, 'lost'));
  }

  /** The bank decides, or the due date has passed. */
  moveOn(dispute: Dispute): Facts {
    if (dispute.status === 'warning_needs_response') {
      return this.put({ ...dispute, status: 'warning_closed', nextAtMs: null }, 'dispute.closed');
    }
    return this.closed(dispute, dispute.status === 'under_review' ? dispute.outcome : 'lost');
  }

  private answer(
    id: string,
    action: 'evidence' | 'accept',
    body: Fields,
    decide: (dispute: Dispute) => Facts,
  ): PspChange {
    const dispute = this.state.dispute(id);
    const reference = body.text('reference');
    const earlier = this.state.earlier(reference, action, id);
    if (earlier !== undefined) return { status: 200, body: dispute, facts: [] };
    if (dispute.status !== 'needs_response') {
      const message = `a dispute that is ${dispute.status} takes no answer`;
      throw new Refusal(409, 'DISPUTE_CLOSED', message);
    }
    const facts = decide(dispute);
    const named: PspFact = { kind: 'operation.named', reference, action, objectId: id };
    const put = facts.find((fact) => fact.kind === 'dispute.put');
    return { status: 200, body: put?.dispute ?? dispute, facts: [...facts, named] };
  }

  private closed(dispute: Dispute, status: 'won' | 'lost'): Facts {
    const amount = BigInt(dispute.amountMinor);
    const closed = this.put({ ...dispute, status, nextAtMs: null }, 'dispute.closed');
    if (status === 'lost') return closed;
    const what = this.what(dispute, 'dispute_won');
    const won = moved('card_network', 'merchant_balance', what, amount);
    const posting = dispute.feeBack === true ? withFeeBack(won) : won;
    return [{ kind: 'posted', posting }, ...closed];
  }

  private put(dispute: Dispute, type: string): Facts {
    return [{ kind: 'dispute.put', dispute }, ...this.announce(type, dispute)];
  }

  private what({ id: objectId, reference, currency }: Dispute, reason: string) {
    return { reason, reference, currency, objectId, at: new Date(this.now()).toISOString() };
  }
}

/** The same movement with the fee: one line of the report. */
function withFeeBack(won: Posting): Posting {
  const fee = moved('psp_fees', 'merchant_balance', won, FEE);
  const entries = [...won.entries, ...fee.entries].reduce(
    (sum, { account, amountMinor }) =>
      sum.set(account, (sum.get(account) ?? 0n) + BigInt(amountMinor)),
    new Map<BookAccount, bigint>(),
  );
  return {
    ...won,
    feeBackMinor: String(FEE),
    entries: [...entries].map(([account, minor]) => ({ account, amountMinor: String(minor) })),
  };
}
