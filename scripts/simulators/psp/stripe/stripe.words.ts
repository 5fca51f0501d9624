import { type RefusalWords } from '../../shared/http.server';

/** Refusals in Stripe's words on `/v1`, in the simulator's own elsewhere. */
export const stripeWords: RefusalWords = (path, refusal) => {
  const { status, code, message } = refusal;
  if (!path.startsWith('/v1/')) return { status, body: refusal.body() };
  if (code === 'IDEMPOTENCY_MISMATCH') {
    return { status: 400, body: { error: { type: 'idempotency_error', message } } };
  }
  const type = 'invalid_request_error';
  // A request that is well-formed and refused is a 400 there, whatever it is elsewhere.
  const said = status === 401 || status === 404 ? status : 400;
  const missing = status === 404 && code !== 'ROUTE_UNKNOWN';
  const word = missing ? 'resource_missing' : code.toLowerCase();
  return { status: said, body: { error: { type, code: word, message } } };
};
