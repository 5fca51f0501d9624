import { machine } from '#kernel/machine/machine';

export type PayoutState =
  'CREATED' | 'SUBMITTED' | 'IN_TRANSIT' | 'UNKNOWN' | 'PAID' | 'FAILED' | 'RETURNED' | 'CANCELLED';
export type PayoutEvent = 'submit' | 'transit' | 'pay' | 'fail' | 'lose' | 'return' | 'cancel';

/** PAID is not the end: a bank can send the money back days later. */
export const payoutMachine = machine<PayoutState, PayoutEvent>('CREATED', {
  CREATED: {
    submit: 'SUBMITTED',
    transit: 'IN_TRANSIT',
    pay: 'PAID',
    fail: 'FAILED',
    lose: 'UNKNOWN',
    cancel: 'CANCELLED',
  },
  SUBMITTED: { transit: 'IN_TRANSIT', pay: 'PAID', fail: 'FAILED', lose: 'UNKNOWN' },
  IN_TRANSIT: { pay: 'PAID', fail: 'FAILED', lose: 'UNKNOWN' },
  UNKNOWN: {
    submit: 'SUBMITTED',
    transit: 'IN_TRANSIT',
    pay: 'PAID',
    fail: 'FAILED',
    lose: 'UNKNOWN',
  },
  PAID: { return: 'RETURNED' },
  FAILED: {},
  RETURNED: {},
  CANCELLED: {},
});

/** True until it is known whether the money went to the seller. */
export const isUnderWay = (state: PayoutState): boolean =>
  payoutMachine.next(state, 'fail') !== undefined;
