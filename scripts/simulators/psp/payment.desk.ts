import { randomBytes } from 'node:crypto';
import { type SharedFact } from '../shared/facts';
import { type Fields } from '../shared/fields';
import { Refusal } from '../shared/refusal';
import { refuseCardNumbers } from './card.number';
import { moved } from './psp.books';
import { type Announce, type PspChange } from './psp.change';
import { type Payment, type PspFact } from './psp.facts';
import { type PspState } from './psp.state';

const LATE_SUCCESS_MS = 1_000;
const DISPUTED_AFTER_MS = 1_000;
const DECLINES: Readonly<Record<string, string>> = {
  tok_decline_insufficient_funds: 'insufficient_funds',
  tok_decline_generic: 'generic_decline',
};
const TOKENS = new Set([
  ...['tok_ok', 'tok_3ds', 'tok_late_success', 'tok_refund_fail', 'tok_refund_fail_late'],
  ...['tok_dispute_won', 'tok_dispute_lost', 'tok_setup_3ds'],
]);

/** The country in which a token's card was issued; most tokens leave it open, as some card networks do. */
export const countryOf = (token: string): string | undefined =>
  /^tok_card_([A-Z]{2})$/.exec(token)?.[1];

/** Whether there is such a token. Those that decline can be kept too. */
export const isToken = (token: string): boolean =>
  TOKENS.has(token) || token in DECLINES || countryOf(token) !== undefined;

/** Payments: create, confirm, capture, void, and the payer's answer to a 3-D Secure question. */
export class PaymentDesk {
  constructor(
    private readonly state: PspState,
    private readonly announce: Announce,
    private readonly now: () => number,
  ) {}

  create(body: Fields): PspChange {
    const amount = body.amount('amountMinor');
    const currency = body.currency('currency');
    const given = body.text('token');
    const kept = this.state.methods.get(given);
    const token = kept?.token ?? given;
    const reference = body.text('reference');
    const metadata = body.labels('metadata');
    const capture = body.flag('capture', true);
    refuseCardNumbers([token, reference, ...Object.values(metadata)]);
    const earlier = this.state.earlier(reference, 'payment');
    if (earlier !== undefined) return { status: 200, body: this.state.payment(earlier), facts: [] };
    if (kept !== undefined && kept.status !== 'active') {
      throw new Refusal(422, 'METHOD_UNUSABLE', `this means of payment is ${kept.status}`);
    }
    const isAlone = body.flag('offSession', false);
    if (isAlone && kept === undefined) {
      const message = 'without its payer only a kept means of payment can be charged';
      throw new Refusal(422, 'METHOD_NOT_KEPT', message);
    }
    if (!isToken(token)) {
      throw new Refusal(422, 'TOKEN_INVALID', 'no such payment token');
    }
    const fresh: Payment = {
      id: `pay_sim_${randomBytes(12).toString('hex')}`,
      object: 'payment',
      status: 'requires_confirmation',
      amountMinor: String(amount),
      currency,
      capturedMinor: '0',
      refundedMinor: '0',
      reference,
      metadata,
      createdAt: new Date(this.now()).toISOString(),
      token,
      capture,
      nextAtMs: null,
    };
    const step = body.flag('confirm', true)
      ? this.firstStep(fresh, isAlone)
      : { payment: fresh, facts: [{ kind: 'payment.put' as const, payment: fresh }] };
    const named: PspFact = {
      kind: 'operation.named',
      reference,
      action: 'payment',
      objectId: fresh.id,
    };
    return { status: 201, body: step.payment, facts: [...step.facts, named] };
  }

  /** Sends a payment that was only made. */
  confirm(id: string, body: Fields): PspChange {
    const payment = this.state.payment(id);
    const reference = body.text('reference');
    const earlier = this.state.earlier(reference, 'confirm', id);
    if (earlier !== undefined) return { status: 200, body: payment, facts: [] };
    if (payment.status !== 'requires_confirmation') {
      const message = `a payment that is ${payment.status} cannot be confirmed`;
      throw new Refusal(409, 'PAYMENT_NOT_CONFIRMABLE', message);
    }
    const step = this.firstStep(payment);
    const named: PspFact = { kind: 'operation.named', reference, action: 'confirm', objectId: id };
    return { status: 200, body: step.payment, facts: [...step.facts, named] };
  }

  capture(id: string, body: Fields): PspChange {
    const payment = this.state.payment(id);
    const reference = body.text('reference');
    const earlier = this.state.earlier(reference, 'capture', id);
    if (earlier !== undefined) return { status: 200, body: payment, facts: [] };
    const amount = body.has('amountMinor')
      ? body.amount('amountMinor')
      : BigInt(payment.amountMinor);
    if (payment.status !== 'authorized') {
      const message = `a payment that is ${payment.status} cannot be captured`;
      throw new Refusal(409, 'PAYMENT_NOT_CAPTURABLE', message);
    }
    if (amount > BigInt(payment.amountMinor)) {
      const message = `at most ${payment.amountMinor} can be captured`;
      throw new Refusal(422, 'AMOUNT_EXCEEDS_AUTHORIZED', message);
    }
    const step = this.captured(payment, amount);
    const named: PspFact = { kind: 'operation.named', reference, action: 'capture', objectId: id };
    return { status: 200, body: step.payment, facts: [...step.facts, named] };
  }

  void(id: string, body: Fields): PspChange {
    const payment = this.state.payment(id);
    const reference = body.text('reference');
    const earlier = this.state.earlier(reference, 'void', id);
    if (earlier !== undefined) return { status: 200, body: payment, facts: [] };
    if (payment.status === 'captured' || payment.status === 'failed') {
      const message = `a payment that is ${payment.status} cannot be voided`;
      throw new Refusal(409, 'PAYMENT_NOT_VOIDABLE', message);
    }
    const named: PspFact = { kind: 'operation.named', reference, action: 'void', objectId: id };
    if (payment.status === 'voided') return { status: 200, body: payment, facts: [named] };
    const step = this.put({ ...payment, status: 'voided' }, 'payment.voided');
    return { status: 200, body: step.payment, facts: [...step.facts, named] };
  }

  /** The payer's answer to 3-D Secure. */
  complete(id: string, body: Fields): PspChange {
    const payment = this.state.payment(id);
    const outcome = body.oneOf('outcome', ['success', 'failure']);
    if (payment.status !== 'requires_action') {
      const message = `a payment that is ${payment.status} waits for no answer`;
      throw new Refusal(409, 'PAYMENT_NOT_WAITING', message);
    }
    const step =
      outcome === 'success'
        ? this.succeeded(payment)
        : this.failed(payment, 'authentication_failed');
    return { status: 200, body: step.payment, facts: step.facts };
  }

  /** What happens by itself: a late success. */
  moveOn(payment: Payment): (PspFact | SharedFact)[] {
    return this.succeeded(payment).facts;
  }

  /** Nobody can be asked for a 3-D Secure answer when the payer is not there. */
  private firstStep(payment: Payment, isAlone = false): Step {
    const declineCode = DECLINES[payment.token];
    if (declineCode !== undefined) return this.failed(payment, declineCode);
    if (payment.token === 'tok_3ds' && isAlone) {
      return this.failed(payment, 'authentication_required');
    }
    if (payment.token === 'tok_3ds') return this.put({ ...payment, status: 'requires_action' });
    if (payment.token === 'tok_late_success') {
      const nextAtMs = this.now() + LATE_SUCCESS_MS;
      const waiting = { ...payment, status: 'pending' as const, nextAtMs };
      return { payment: waiting, facts: [{ kind: 'payment.put', payment: waiting }] };
    }
    return this.succeeded(payment);
  }

  private succeeded(payment: Payment): Step {
    return payment.capture
      ? this.captured(payment, BigInt(payment.amountMinor))
      : this.put({ ...payment, status: 'authorized' }, 'payment.authorized');
  }

  private captured(payment: Payment, amount: bigint): Step {
    const { reference, currency, id: objectId } = payment;
    const at = new Date(this.now()).toISOString();
    const what = { reason: 'capture', reference, currency, objectId, at };
    const disputed = payment.token.startsWith('tok_dispute');
    const step = this.put(
      { ...payment, status: 'captured', capturedMinor: String(amount) },
      'payment.captured',
      disputed ? this.now() + DISPUTED_AFTER_MS : null,
    );
    const posting = moved('card_network', 'merchant_balance', what, amount);
    return { payment: step.payment, facts: [{ kind: 'posted', posting }, ...step.facts] };
  }

  private failed(payment: Payment, declineCode: string): Step {
    return this.put({ ...payment, status: 'failed', declineCode }, 'payment.failed');
  }

  private put(changed: Payment, type?: string, nextAtMs: number | null = null): Step {
    const payment = { ...changed, nextAtMs };
    const webhook = type === undefined ? [] : this.announce(type, payment);
    return { payment, facts: [{ kind: 'payment.put', payment }, ...webhook] };
  }
}

interface Step {
  payment: Payment;
  facts: (PspFact | SharedFact)[];
}
