import { errorsFrom, idempotencyErrors, refusals } from '#kernel/errors/refusal';

/** Every refusal of this subgraph. */
export const merchantServicesErrors = {
  MERCHANT_NOT_FOUND: 'There is no such merchant, or the caller is not a member of it.',
  REQUIREMENT_UNMET: 'Something that verification needs is missing or malformed; `field` names it.',
  TRANSITION_NOT_ALLOWED: 'The merchant or key is not in a state that allows this.',
  SCOPE_UNKNOWN: 'There is no such scope; `field` names it.',
  API_KEY_NOT_FOUND: 'There is no such API key, or the caller may not manage it.',
  API_KEY_NAME_INVALID: 'A key’s name has 1 to 80 characters.',
  COST_BUDGET_INVALID:
    'A key’s cost budget is at least 1, and not above what every caller has: only an operator gives more, up to 1,000,000.',
  EXPIRY_INVALID: 'A key’s expiry lies in the future, at most 400 days away.',
  BAD_PAGE_ARGUMENTS: 'The paging arguments do not fit together.',
  ...idempotencyErrors,
} as const;

export const refuse = refusals(merchantServicesErrors);

/** The refusals that one mutation can answer with. */
export const errorsOf = errorsFrom(merchantServicesErrors);
