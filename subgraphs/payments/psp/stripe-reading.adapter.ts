import Stripe from 'stripe';
import { exponentOf } from '#kernel/money/currency';
import type {
  LineKind,
  PspBalances,
  PspCapabilities,
  PspLine,
  PspObject,
  PspReply,
} from './psp.port';

const DAY_MS = 86_400_000;
/** Our clock may be this far from theirs when something is looked for by its time. */
export const CLOCKS_APART_MS = DAY_MS;
/** The most that Stripe lists at once. */
export const PAGE = 100;

/** What Stripe can do, as its documentation says. */
export const STRIPE_CAPABILITIES: PspCapabilities = {
  partialCapture: true,
  multiCapture: false,
  maxHoldDays: 7,
  renews: true,
  disputeRefundable: false,
  keyTtlMs: DAY_MS,
  signs: 'STRIPE',
  exponentOverrides: { ISK: 2, UGX: 2 },
  maxAmount: 99_999_999n,
  evidenceFiles: {
    types: ['application/pdf', 'image/jpeg', 'image/png'],
    maxBytes: 4_500_000,
    maxBytesTogether: 4_500_000,
  },
};

/** What to multiply ISO 4217 minor units by. */
function factorOf(currency: string): bigint {
  const theirs = STRIPE_CAPABILITIES.exponentOverrides[currency];
  const ours = exponentOf(currency) ?? 2;
  return theirs === undefined ? 1n : 10n ** BigInt(theirs - ours);
}

/** An amount in Stripe’s units, or undefined when it takes no such amount. */
function toStripe(minor: string, currency: string): number | undefined {
  const amount = BigInt(minor) * factorOf(currency);
  return amount > STRIPE_CAPABILITIES.maxAmount ? undefined : Number(amount);
}

/** An amount of Stripe’s in ISO 4217 minor units. */
const fromStripe = (amount: number, currency: string): bigint =>
  BigInt(amount) / factorOf(currency.toUpperCase());

const PAYMENT: Readonly<Record<string, string>> = {
  requires_payment_method: 'failed',
  requires_confirmation: 'requires_confirmation',
  requires_action: 'requires_action',
  processing: 'pending',
  requires_capture: 'authorized',
  canceled: 'voided',
  succeeded: 'captured',
};

/** A payment intent. One that asks for another means of payment was declined: we make a new one instead. */
export function readPayment(found: Stripe.PaymentIntent): PspObject {
  const error = found.last_payment_error;
  return {
    id: found.id,
    object: 'payment',
    status: PAYMENT[found.status] ?? 'pending',
    ...moneyOf(found),
    capturedMinor: fromStripe(found.amount_received, found.currency),
    reference: found.metadata['operation'] ?? '',
    declineCode: error?.decline_code ?? error?.code ?? null,
    actionUrl: found.next_action?.redirect_to_url?.url ?? null,
    ...cardOf(found.latest_charge),
  };
}

/** The country of a card, where Stripe tells it. */
const issuedIn = ({ country }: { readonly country?: string | null }): { country?: string } =>
  country == null ? {} : { country };

function cardOf(charge: Stripe.PaymentIntent['latest_charge']): Pick<PspObject, 'card'> {
  const card = typeof charge === 'object' ? charge?.payment_method_details?.card : undefined;
  if (card?.brand == null || card.last4 === null) return {};
  return { card: { brand: card.brand, last4: card.last4, ...issuedIn(card) } };
}

export const readRefund = (found: Stripe.Refund): PspObject => ({
  ...plain('refund', found),
  status:
    found.status === 'succeeded' || found.status === 'failed'
      ? found.status
      : found.status === 'canceled'
        ? 'failed'
        : 'pending',
  declineCode: found.failure_reason ?? null,
});

export const readPayout = (found: Stripe.Payout): PspObject => ({
  ...plain('payout', found),
  status: found.status,
  declineCode: found.failure_code,
});

/** A kept means of payment: what its setup came to. */
export function readSetup(found: Stripe.SetupIntent): PspObject {
  const method = found.payment_method;
  const reference = found.metadata?.['operation'] ?? '';
  const actionUrl = found.next_action?.redirect_to_url?.url ?? null;
  if (method !== null && typeof method === 'object' && found.status === 'succeeded') {
    return { ...readMethod(method), reference };
  }
  const base = plain('method', { ...found, amount: 0, currency: '' });
  return { ...base, status: found.status, actionUrl };
}

export function readMethod(found: Stripe.PaymentMethod): PspObject {
  const { card } = found;
  return {
    ...plain('method', { ...found, amount: 0, currency: '' }),
    status: 'active',
    ...(card === undefined
      ? {}
      : {
          method: {
            brand: card.brand,
            last4: card.last4,
            expMonth: card.exp_month,
            expYear: card.exp_year,
            fingerprint: card.fingerprint ?? '',
            ...issuedIn(card),
          },
        }),
  };
}

export function readDispute(found: Stripe.Dispute): PspObject {
  const payment = found.payment_intent;
  return {
    ...plain('dispute', found),
    status: found.status,
    dispute: {
      pspPaymentId: (typeof payment === 'string' ? payment : payment?.id) ?? '',
      reason: found.reason,
      dueAt: new Date((found.evidence_details.due_by ?? 0) * 1000),
      feeMinor: found.balance_transactions.reduce(
        (sum, { fee, currency }) => sum + fromStripe(fee, currency),
        0n,
      ),
    },
  };
}

type Priced = Pick<Stripe.Payout, 'amount' | 'currency'>;
type Plain = Priced & { id: string; metadata: Stripe.Metadata | null };

const moneyOf = ({ amount, currency }: Priced) => ({
  amountMinor: fromStripe(amount, currency),
  currency: currency.toUpperCase(),
});

const plain = (object: PspObject['object'], found: Plain): Omit<PspObject, 'status'> => ({
  id: found.id,
  object,
  ...moneyOf(found),
  capturedMinor: 0n,
  reference: found.metadata?.['operation'] ?? '',
  declineCode: null,
  actionUrl: null,
});

/** What is pending is ours, but cannot be moved before its day. */
export function readBalance({ available, pending }: Stripe.Balance): PspBalances {
  const movable = sums(available);
  return { movable, total: sums([...available, ...pending]) };
}

function sums(parts: readonly Priced[]): Map<string, bigint> {
  const of = new Map<string, bigint>();
  for (const part of parts) {
    const { currency, amountMinor } = moneyOf(part);
    of.set(currency, (of.get(currency) ?? 0n) + amountMinor);
  }
  return of;
}

const LINES: Readonly<Record<string, LineKind>> = {
  charge: 'CAPTURE',
  payment: 'CAPTURE',
  refund: 'REFUND',
  payment_refund: 'REFUND',
  refund_failure: 'REFUND_FAILED',
  payout: 'PAYOUT',
  payout_failure: 'PAYOUT_BACK',
  payout_cancel: 'PAYOUT_BACK',
  stripe_fee: 'FEE',
};

const DISPUTES: Readonly<Record<string, LineKind>> = {
  dispute: 'DISPUTE',
  dispute_reversal: 'DISPUTE_WON',
};

/** A line of the balance. A payout that no operation of ours has made is money sent to our own bank. */
export function readLine(found: Stripe.BalanceTransaction): PspLine {
  const source = typeof found.source === 'object' ? found.source : null;
  const about = (source ?? {}) as {
    id?: string;
    metadata?: Stripe.Metadata;
    statement_descriptor?: string | null;
  };
  const operation = about.metadata?.['operation'];
  const toBank = found.type === 'payout' && operation === undefined;
  return {
    id: found.id,
    kind: toBank
      ? 'BANK_TRANSFER'
      : (DISPUTES[found.reporting_category] ?? LINES[found.type] ?? 'OTHER'),
    reference: toBank ? (about.statement_descriptor ?? '') : (operation ?? ''),
    pspId: about.id ?? '',
    currency: found.currency.toUpperCase(),
    grossMinor: fromStripe(found.amount, found.currency),
    feeMinor: fromStripe(found.fee, found.currency),
    occurredAt: new Date(found.created * 1000),
  };
}

/** What an error says: a declined card is an object, an invalid request is a no, everything else says nothing. */
export function readError(error: unknown): PspReply {
  const { errors } = Stripe;
  if (error instanceof errors.StripeCardError) {
    const intent = error.payment_intent;
    if (intent !== undefined) return { kind: 'OBJECT', object: readPayment(intent) };
    return { kind: 'REFUSED', code: error.decline_code || 'card_declined' };
  }
  if (error instanceof errors.StripeInvalidRequestError && error.statusCode !== undefined) {
    return { kind: 'REFUSED', code: (error.code ?? 'invalid_request').toUpperCase() };
  }
  const reason = error instanceof errors.StripeError ? error.type : 'unreadable answer';
  return { kind: 'LOST', reason };
}

/** Too much for Stripe to take: a definite no without asking. */
class AmountTooLarge extends Error {}

/** An act's money in Stripe's words. */
export function moneyFor(act: { amountMinor: string; currency: string }) {
  const amount = toStripe(act.amountMinor, act.currency);
  if (amount === undefined) throw new AmountTooLarge();
  return { amount, currency: act.currency.toLowerCase() };
}

/** Runs a call; undefined is "not there", and what it throws is read. */
export async function answered(call: () => Promise<PspObject | undefined>): Promise<PspReply> {
  try {
    const object = await call();
    return object === undefined ? { kind: 'ABSENT' } : { kind: 'OBJECT', object };
  } catch (error) {
    if (error instanceof AmountTooLarge) return { kind: 'REFUSED', code: 'AMOUNT_TOO_LARGE' };
    return readError(error);
  }
}
