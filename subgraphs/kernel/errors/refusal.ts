/**
 * An expected "no" that the caller can act on: it rolls the transaction back and reaches the client as a user error
 * with a stable code. Anything else that is thrown is a fault and is masked.
 */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Path of the input field at fault, e.g. `['lines', '0', 'quantity']`. */
    readonly field?: readonly string[],
    /** True when the same call may succeed later. */
    readonly retryable = false,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** A subgraph's error table: each stable code with its meaning, exported to schema/errors.md. */
export type ErrorTable = Readonly<Record<string, string>>;

/** What a refusal may add: where it lies and whether to try again. */
export interface RefusalDetail {
  readonly message?: string;
  readonly field?: readonly string[];
  readonly retryable?: boolean;
}

/** Binds refusals to one table, so that a code missing from it does not compile. */
export const refusals =
  <Table extends ErrorTable>(table: Table) =>
  (code: keyof Table & string, detail: RefusalDetail = {}): Refusal =>
    new Refusal(code, detail.message ?? table[code] ?? code, detail.field, detail.retryable);

/** Codes of errors that are about the call and not about the business: they go to GraphQL `errors[]`. */
export const CALL_ERRORS = {
  UNAUTHENTICATED: 'Sign in, or send a valid API key.',
  FORBIDDEN: 'The caller lacks the scope or role that this needs.',
  SERVICE_BUSY: 'Too much is under way at this moment and nothing was begun; try again.',
  INTERNAL: 'A fault on our side; quote the correlation id.',
} as const;

/** A call that may not be made at all. */
export class CallError extends Error {
  constructor(
    readonly code: keyof typeof CALL_ERRORS,
    message: string = CALL_ERRORS[code],
  ) {
    super(message);
    this.name = 'CallError';
  }
}

/** Codes that every idempotent mutation can answer with. */
export const idempotencyErrors = {
  IDEMPOTENCY_KEY_INVALID: 'An idempotency key has 1 to 200 characters and holds no card number.',
  IDEMPOTENCY_CONCURRENT_REQUEST: 'A call with this key is still running; try again.',
  IDEMPOTENCY_KEY_PARAMETER_MISMATCH: 'This key was used before with another input.',
  IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED: 'The first call with this key failed; use a new key.',
} as const;

/** Binds picking to one table: the refusals that one mutation can answer with, for its `payloadType`. */
export const errorsFrom =
  <Table extends ErrorTable>(table: Table) =>
  <Code extends keyof Table & string>(...codes: readonly Code[]): Record<Code, string> => {
    const picked: Partial<Record<Code, string>> = {};
    for (const code of codes) picked[code] = table[code] ?? '';
    return picked as Record<Code, string>;
  };
