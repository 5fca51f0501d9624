import { type ErrorTable, idempotencyErrors, refusals } from '#kernel/errors/refusal';

/** Every code that payments can refuse with, and what it means. */
export const paymentsErrors = {
  ...idempotencyErrors,
  BAD_PAGE_ARGUMENTS:
    'These paging arguments do not go together, or the cursor is not from this list.',
  IDEMPOTENCY_KEY_INVALID: 'An idempotency key has 1 to 200 characters.',
  PAYMENT_REQUEST_INVALID: 'This payment request is forged, not yours, or does not fit the order.',
  PAYMENT_REQUEST_EXPIRED: 'This payment request is too old, or its order can no longer be paid.',
  PAYMENT_IN_PROGRESS: 'Another payment for this order group is running or has succeeded.',
  PAYMENT_OUTCOME_UNKNOWN: 'The outcome of an earlier payment is not known yet; nothing was sent.',
  PAYMENT_DECLINED: 'The payment was declined; try another method.',
  METHOD_UNUSABLE: 'This means of payment cannot be used.',
  CARD_NUMBER_REFUSED: 'This looks like a card number. Only tokens are accepted; it was not kept.',
  AMOUNT_INVALID: 'The amount must be positive, in the right currency, and add up to the total.',
  AMOUNT_EXCEEDS_AVAILABLE: 'More than what is left.',
  TRANCHE_FROZEN: 'The money is frozen by an open case.',
  TRANSITION_NOT_ALLOWED: 'Not possible in the present state.',
  BALANCE_INSUFFICIENT: 'The seller’s available balance does not cover this.',
  PAYOUT_ACCOUNT_UNVERIFIED: 'The seller has no verified payout account.',
  PAYOUT_ON_HOLD: 'The seller may not be paid out now; complete the verification.',
  DESTINATION_INVALID: 'This is not a payout destination token.',
  NOT_FOUND: 'No such thing, or none that you may see.',
} as const;

/** Refuses with one of the codes above. */
export const refuse = refusals(paymentsErrors);

/** Some of the codes, with the idempotency codes: what one mutation can answer with. */
export function codesOf(...codes: (keyof typeof paymentsErrors)[]): ErrorTable {
  return {
    ...idempotencyErrors,
    IDEMPOTENCY_KEY_INVALID: paymentsErrors.IDEMPOTENCY_KEY_INVALID,
    ...Object.fromEntries(codes.map((code) => [code, paymentsErrors[code]])),
  };
}
