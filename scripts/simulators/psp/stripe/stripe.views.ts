import {
  type Dispute,
  type EvidenceFile,
  type Method,
  type Payment,
  type PaymentStatus,
  type Payout,
  type PspObject,
  type Refund,
  type SettlementLine,
} from '../psp.facts';
import { countryOf } from '../payment.desk';
import { CARD } from '../psp.views';
import { shown } from './stripe.amounts';

const INTENT: Readonly<Record<PaymentStatus, string>> = {
  requires_confirmation: 'requires_confirmation',
  requires_action: 'requires_action',
  pending: 'processing',
  authorized: 'requires_capture',
  captured: 'succeeded',
  voided: 'canceled',
  failed: 'requires_payment_method',
};

const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1_000);
const labels = (reference: string, more: Record<string, string> = {}): object => ({
  ...more,
  operation: reference,
});

/** An object in Stripe's shape. */
export function stripeView(object: PspObject, baseUrl: string): object {
  switch (object.object) {
    case 'payment':
      return intentOf(object, baseUrl);
    case 'refund':
      return refundOf(object);
    case 'payout':
      return payoutOf(object);
    case 'dispute':
      return disputeOf(object);
    case 'method':
      return setupOf(object, baseUrl);
  }
}

function intentOf(payment: Payment, baseUrl: string): object {
  const { id, currency, amountMinor, capturedMinor, status, declineCode } = payment;
  const url = `${baseUrl}/sim/payments/${id}/complete`;
  return {
    id,
    object: 'payment_intent',
    amount: shown(amountMinor, currency),
    amount_received: shown(capturedMinor, currency),
    amount_capturable: status === 'authorized' ? shown(amountMinor, currency) : 0,
    capture_method: payment.capture ? 'automatic' : 'manual',
    created: seconds(payment.createdAt),
    currency: currency.toLowerCase(),
    latest_charge: {
      object: 'charge',
      payment_method_details: {
        type: 'card',
        card: { ...CARD, country: countryOf(payment.token) ?? null },
      },
    },
    last_payment_error:
      declineCode === undefined
        ? null
        : { type: 'card_error', code: 'card_declined', decline_code: declineCode },
    livemode: false,
    metadata: labels(payment.reference, payment.metadata),
    next_action:
      status === 'requires_action' ? { type: 'redirect_to_url', redirect_to_url: { url } } : null,
    status: INTENT[status],
  };
}

const refundOf = (refund: Refund): object => ({
  id: refund.id,
  object: 'refund',
  amount: shown(refund.amountMinor, refund.currency),
  created: seconds(refund.createdAt),
  currency: refund.currency.toLowerCase(),
  failure_reason: refund.failureCode ?? null,
  metadata: labels(refund.reference),
  payment_intent: refund.paymentId,
  status: refund.status,
});

const payoutOf = (payout: Payout): object => ({
  id: payout.id,
  object: 'payout',
  amount: shown(payout.amountMinor, payout.currency),
  created: seconds(payout.createdAt),
  currency: payout.currency.toLowerCase(),
  destination: payout.destination,
  failure_code: payout.failureCode ?? null,
  metadata: labels(payout.reference),
  // There is no word for "returned": a payout that was paid can become failed.
  status: payout.status === 'returned' ? 'failed' : payout.status,
});

const disputeOf = (dispute: Dispute): object => ({
  id: dispute.id,
  object: 'dispute',
  amount: shown(dispute.amountMinor, dispute.currency),
  balance_transactions:
    dispute.feeMinor === '0'
      ? []
      : [
          {
            amount: -shown(dispute.amountMinor, dispute.currency),
            currency: dispute.currency.toLowerCase(),
            fee: shown(dispute.feeMinor, dispute.currency),
          },
        ],
  created: seconds(dispute.createdAt),
  currency: dispute.currency.toLowerCase(),
  evidence: dispute.evidence,
  evidence_details: {
    due_by: seconds(dispute.dueAt),
    has_evidence: Object.keys(dispute.evidence).length > 0,
    past_due: false,
    submission_count: Object.keys(dispute.evidence).length > 0 ? 1 : 0,
  },
  metadata: {},
  payment_intent: dispute.paymentId,
  reason: dispute.reason,
  status: dispute.status,
});

/** A file of evidence. */
export const fileView = ({ id, name, size, type, createdAt }: EvidenceFile): object => ({
  id,
  object: 'file',
  created: seconds(createdAt),
  filename: name,
  purpose: 'dispute_evidence',
  size,
  type: type.slice(type.indexOf('/') + 1),
});

/** A kept means of payment. */
export const methodOf = (method: Method): object => ({
  id: method.id,
  object: 'payment_method',
  type: 'card',
  card: {
    brand: method.brand,
    last4: method.last4,
    exp_month: method.expMonth,
    exp_year: method.expYear,
    fingerprint: method.fingerprint,
    country: method.country ?? null,
  },
  metadata: {},
});

const SETUP: Readonly<Record<Method['status'], string>> = {
  active: 'succeeded',
  requires_action: 'requires_action',
  failed: 'requires_payment_method',
  detached: 'succeeded',
  canceled: 'canceled',
};

const setupOf = (method: Method, baseUrl: string): object => ({
  id: `seti_${method.id}`,
  object: 'setup_intent',
  created: seconds(method.createdAt),
  metadata: labels(method.reference),
  next_action:
    method.status === 'requires_action'
      ? {
          type: 'redirect_to_url',
          redirect_to_url: { url: `${baseUrl}/sim/methods/${method.id}/complete` },
        }
      : null,
  payment_method: methodOf(method),
  status: SETUP[method.status],
});

const LINE_TYPES: Readonly<Record<string, string>> = {
  capture: 'charge',
  refund: 'refund',
  refund_failed: 'refund_failure',
  payout: 'payout',
  payout_failed: 'payout_failure',
  payout_returned: 'payout_failure',
  payout_canceled: 'payout_cancel',
  dispute: 'adjustment',
  dispute_fee: 'stripe_fee',
  dispute_won: 'adjustment',
  bank_transfer: 'payout',
};
const CATEGORIES: Readonly<Record<string, string>> = {
  dispute: 'dispute',
  dispute_won: 'dispute_reversal',
};

/** A line of the balance. `source` is expanded: it carries the metadata. */
export const lineOf = (
  line: SettlementLine,
  source: object | null,
  status: 'available' | 'pending',
): object => ({
  id: line.id,
  object: 'balance_transaction',
  amount: shown(line.grossMinor, line.currency),
  fee: shown(line.feeMinor, line.currency),
  net: shown(line.netMinor, line.currency),
  available_on: seconds(line.occurredAt),
  created: seconds(line.occurredAt),
  currency: line.currency.toLowerCase(),
  reporting_category: CATEGORIES[line.kind] ?? LINE_TYPES[line.kind] ?? 'other_adjustment',
  source,
  status,
  type: LINE_TYPES[line.kind] ?? 'adjustment',
});
