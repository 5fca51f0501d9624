import { machine } from '#kernel/machine/machine';

export type TenderState =
  | 'CREATED'
  | 'REQUIRES_ACTION'
  | 'PENDING'
  | 'AUTHORIZED'
  | 'CAPTURED'
  | 'FAILED'
  | 'EXPIRED'
  | 'UNKNOWN';

/** What the PSP says of a tender, what nobody knows, and the deadline. */
export type TenderEvent =
  'ask' | 'wait' | 'authorize' | 'capture' | 'fail' | 'lose' | 'expire' | 'abandon';

/**
 * One means of payment. `ask` the payer must act (3-D Secure) · `wait` the PSP is working on it · `authorize` the
 * PSP keeps the money for us, taken it is later · `lose` the reply was
 * lost: never a failure · `expire` T1 · `abandon` another tender failed before this one was sent. A capture heard of in
 * a final state is late money: it is booked and refunded and the state stays.
 */
export const tenderMachine = machine<TenderState, TenderEvent>('CREATED', {
  CREATED: {
    ask: 'REQUIRES_ACTION',
    wait: 'PENDING',
    authorize: 'AUTHORIZED',
    capture: 'CAPTURED',
    fail: 'FAILED',
    lose: 'UNKNOWN',
    expire: 'EXPIRED',
    abandon: 'FAILED',
  },
  REQUIRES_ACTION: {
    ask: 'REQUIRES_ACTION',
    wait: 'PENDING',
    authorize: 'AUTHORIZED',
    capture: 'CAPTURED',
    fail: 'FAILED',
    expire: 'EXPIRED',
  },
  PENDING: {
    ask: 'REQUIRES_ACTION',
    wait: 'PENDING',
    authorize: 'AUTHORIZED',
    capture: 'CAPTURED',
    fail: 'FAILED',
    expire: 'EXPIRED',
  },
  UNKNOWN: {
    ask: 'REQUIRES_ACTION',
    wait: 'PENDING',
    authorize: 'AUTHORIZED',
    capture: 'CAPTURED',
    fail: 'FAILED',
    lose: 'UNKNOWN',
  },
  AUTHORIZED: { capture: 'CAPTURED', fail: 'FAILED', expire: 'EXPIRED' },
  CAPTURED: {},
  FAILED: {},
  EXPIRED: {},
});
