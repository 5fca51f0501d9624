import { machine } from '#kernel/machine/machine';

export type LegState = 'CREATED' | 'SENT' | 'SUCCEEDED' | 'REJECTED' | 'UNKNOWN';
export type LegEvent = 'send' | 'succeed' | 'reject' | 'lose';

/** The part of a refund that goes to one tender. REJECTED money becomes the buyer’s credit. */
export const legMachine = machine<LegState, LegEvent>('CREATED', {
  CREATED: { send: 'SENT', succeed: 'SUCCEEDED', reject: 'REJECTED', lose: 'UNKNOWN' },
  SENT: { succeed: 'SUCCEEDED', reject: 'REJECTED', lose: 'UNKNOWN' },
  UNKNOWN: { succeed: 'SUCCEEDED', reject: 'REJECTED', lose: 'UNKNOWN' },
  SUCCEEDED: {},
  REJECTED: {},
});

export type RefundState = 'CREATED' | 'SENT' | 'SUCCEEDED' | 'UNKNOWN' | 'CREDITED';

/** A refund is what its legs are: done when all are; CREDITED when a leg could not be sent back. */
export function refundState(legs: readonly LegState[]): RefundState {
  if (legs.includes('UNKNOWN')) return 'UNKNOWN';
  if (legs.every((leg) => leg === 'SUCCEEDED')) return 'SUCCEEDED';
  if (legs.every((leg) => leg === 'SUCCEEDED' || leg === 'REJECTED')) return 'CREDITED';
  return legs.every((leg) => leg === 'CREATED') ? 'CREATED' : 'SENT';
}
