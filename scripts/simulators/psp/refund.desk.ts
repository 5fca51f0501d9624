import { randomBytes } from 'node:crypto';
import { type SharedFact } from '../shared/facts';
import { type Fields } from '../shared/fields';
import { Refusal } from '../shared/refusal';
import { refuseCardNumbers } from './card.number';
import { moved } from './psp.books';
import { type Announce, type PspChange } from './psp.change';
import { type PspFact, type Refund } from './psp.facts';
import { type PspState } from './psp.state';

const FAILS_AFTER_MS = 1_000;

/**
 * Refunds of captured payments. They come out of merchant_balance, which may go below zero: a real
 * PSP then takes the difference from the merchant's bank.
 */
export class RefundDesk {
  constructor(
    private readonly state: PspState,
    private readonly announce: Announce,
    private readonly now: () => number,
  ) {}

  create(body: Fields): PspChange {
    const amount = body.amount('amountMinor');
    const reference = body.text('reference');
    refuseCardNumbers([reference]);
    const earlier = this.state.earlier(reference, 'refund');
    if (earlier !== undefined) return { status: 200, body: this.state.refund(earlier), facts: [] };
    const payment = this.state.payment(body.text('paymentId'));
    const disputes = [...this.state.disputes.values()].filter(
      (one) => one.paymentId === payment.id,
    );
    if (disputes.some(({ status }) => !status.startsWith('warning'))) {
      throw new Refusal(422, 'PAYMENT_DISPUTED', 'a disputed payment cannot be refunded');
    }
    const open = BigInt(payment.capturedMinor) - BigInt(payment.refundedMinor);
    if (amount > open) {
      const message = `at most ${String(open)} can be refunded`;
      throw new Refusal(422, 'AMOUNT_EXCEEDS_CAPTURED', message);
    }
    const fails = payment.token === 'tok_refund_fail';
    const refund: Refund = {
      id: `ref_sim_${randomBytes(12).toString('hex')}`,
      object: 'refund',
      status: fails ? 'failed' : 'succeeded',
      paymentId: payment.id,
      amountMinor: String(amount),
      currency: payment.currency,
      reference,
      ...(fails ? { failureCode: 'card_closed' } : {}),
      createdAt: new Date(this.now()).toISOString(),
      nextAtMs: payment.token === 'tok_refund_fail_late' ? this.now() + FAILS_AFTER_MS : null,
    };
    const refundedMinor = String(BigInt(payment.refundedMinor) + amount);
    const what = this.what(refund, 'refund');
    const money: PspFact[] = [
      { kind: 'posted', posting: moved('merchant_balance', 'card_network', what, amount) },
      { kind: 'payment.put', payment: { ...payment, refundedMinor } },
    ];
    const facts = [
      ...(fails ? [] : money),
      { kind: 'refund.put' as const, refund },
      {
        kind: 'operation.named' as const,
        reference,
        action: 'refund' as const,
        objectId: refund.id,
      },
      ...this.announce(`refund.${refund.status}`, refund),
    ];
    return { status: 201, body: refund, facts };
  }

  /** The payer's bank sends a refund back: the money is the merchant's again. */
  moveOn(refund: Refund): (PspFact | SharedFact)[] {
    const payment = this.state.payment(refund.paymentId);
    const amount = BigInt(refund.amountMinor);
    const refundedMinor = String(BigInt(payment.refundedMinor) - amount);
    const failed: Refund = {
      ...refund,
      status: 'failed',
      failureCode: 'card_closed',
      nextAtMs: null,
    };
    const what = this.what(refund, 'refund_failed');
    return [
      { kind: 'posted', posting: moved('card_network', 'merchant_balance', what, amount) },
      { kind: 'payment.put', payment: { ...payment, refundedMinor } },
      { kind: 'refund.put', refund: failed },
      ...this.announce('refund.failed', failed),
    ];
  }

  private what({ id: objectId, reference, currency }: Refund, reason: string) {
    return { reason, reference, currency, objectId, at: new Date(this.now()).toISOString() };
  }
}
