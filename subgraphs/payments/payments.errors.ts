import { type ErrorTable, idempotencyErrors, refusals } from '#kernel/errors/refusal';

/** Every code that payments can refuse with, and what it means. */
export const paymentsErrors = {
  ...idempotencyErrors,
  BAD_PAGE_ARGUMENTS:
    'These paging arguments do not go together, or the cursor is not from this list.',
  IDEMPOTENCY_KEY_INVALID: 'An idempotency key has 1 to 200 characters and holds no card number.',
  PAYMENT_REQUEST_INVALID: 'This payment request is forged, not yours, or does not fit the order.',
  PAYMENT_REQUEST_EXPIRED: 'This payment request is too old, or its order can no longer be paid.',
  PAYMENT_IN_PROGRESS: 'Another payment for this order group is running or has succeeded.',
  PAYMENT_OUTCOME_UNKNOWN: 'The outcome of an earlier payment is not known yet; nothing was sent.',
  PAYMENT_DECLINED: 'The payment was declined; try another method.',
  CONSENT_INVALID: 'Say which text was agreed to, in 1 to 100 characters.',
  METHOD_UNUSABLE: 'This means of payment cannot be used.',
  CARD_NUMBER_REFUSED: 'This looks like a card number. Only tokens are accepted; it was not kept.',
  AMOUNT_INVALID: 'The amount must be positive, in the right currency, and add up to the total.',
  AMOUNT_EXCEEDS_AVAILABLE: 'More than what is left.',
  TRANCHE_FROZEN: 'The money is frozen by an open case.',
  TRANCHE_REQUIRED: 'The order’s money is in several parts; name the one that this is about.',
  TRANSITION_NOT_ALLOWED: 'Not possible in the present state.',
  DISPUTE_WINDOW_CLOSED: 'It is too late to complain about these goods.',
  PROPOSAL_STALE: 'There is a newer proposal, or this one is off the table; read it first.',
  CLAUSE_REQUIRED: 'A decision cites at least one clause of the trade policy that applies.',
  EVIDENCE_REFUSED:
    'This evidence is not in the case, is not what it says it is, or is more than a case takes.',
  EVIDENCE_CLOSED: 'The case is over; nothing is added to it any more.',
  EXTENSION_EXHAUSTED: 'The buyer may take 3 more days once; the seller may grant 30 days in all.',
  REFUND_BLOCKED_BY_CHARGEBACK:
    'The buyer’s bank has taken this payment back; it cannot be refunded before that is decided.',
  BALANCE_INSUFFICIENT: 'The seller’s available balance does not cover this.',
  STEP_UP_REQUIRED:
    'Enter your password again (`accountStepUp`): this needs a sign-in of the last 10 minutes.',
  PAYOUT_ACCOUNT_UNVERIFIED: 'The seller has no verified payout account.',
  PAYOUT_ON_HOLD: 'The seller may not be paid out now; complete the verification.',
  PAYOUT_TOO_SMALL: 'There is less to pay out than the least amount in this currency.',
  PAYOUT_LIMIT: 'A new seller is paid out a limited amount in 7 days.',
  INSTANT_NOT_ALLOWED: 'Instant payouts are for trusted sellers.',
  SCHEDULE_NOT_ALLOWED: 'The seller’s tier does not allow this schedule.',
  DESTINATION_INVALID: 'This is not a payout destination token.',
  COUNTRY_INVALID: 'A country is two capital letters (ISO 3166-1 alpha-2).',
  CALENDAR_INVALID:
    'A calendar leaves a working day in each week and has up to 500 holidays like 2026-12-25.',
  PERIOD_INVALID: 'The period must begin before it ends and be no longer than 100 days.',
  STATEMENT_INVALID:
    'The bank statement must be CSV or JSON with id, date, reference, currency and amountMinor.',
  PSP_UNAVAILABLE: 'The payment provider does not answer; nothing was compared.',
  ITEM_NOT_OPEN: 'This item is matched, resolved, or may still resolve itself.',
  APPROVAL_REQUIRED: 'A second person must agree: you have proposed this yourself.',
  APPROVAL_PENDING: 'The same act already waits for a second person.',
  ACT_REFUSED: 'The act itself is refused as things stand; the proposal still waits.',
  ADJUSTMENT_INVALID:
    'An adjustment has 1 to 20 legs in one currency, each with a positive amount between two accounts that may be adjusted.',
  DECIDER_CONFLICT: 'You are part of this case, or have decided it before.',
  RULE_SET_INVALID: 'These rules are malformed, or would be milder for a worse signal.',
  REASON_INVALID: 'A reason has 1 to 500 characters.',
  NOT_FOUND: 'No such thing, or none that you may see.',
  SERVICE_BUSY: 'Too much is waiting at this moment; try again.',
} as const;

/** Refuses with one of the codes above. */
export const refuse = refusals(paymentsErrors);

/** Some of the codes, with those of every mutation: what one mutation can answer with. */
export function codesOf(...codes: (keyof typeof paymentsErrors)[]): ErrorTable {
  return {
    ...idempotencyErrors,
    IDEMPOTENCY_KEY_INVALID: paymentsErrors.IDEMPOTENCY_KEY_INVALID,
    CARD_NUMBER_REFUSED: paymentsErrors.CARD_NUMBER_REFUSED,
    ...Object.fromEntries(codes.map((code) => [code, paymentsErrors[code]])),
  };
}
