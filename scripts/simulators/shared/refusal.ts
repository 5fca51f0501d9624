/**
 * An expected "no" of a simulator. It becomes `{"error":{"code","message"}}` with `status`.
 * `remember: false` keeps the answer out of the idempotency store (the caller may correct and retry).
 */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly remember: boolean = status === 402 || status === 409 || status === 422,
  ) {
    super(message);
    this.name = 'Refusal';
  }

  /** The reply body that tells the caller. */
  body(): { error: { code: string; message: string } } {
    return { error: { code: this.code, message: this.message } };
  }
}
