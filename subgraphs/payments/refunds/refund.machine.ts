import { machine } from '#kernel/machine/machine';

export type LegState = 'CREATED' | 'SENT' | 'SUCCEEDED' | 'REJECTED' | 'UNKNOWN' | 'RETURNED';
export type LegEvent = 'send' | 'succeed' | 'reject' | 'lose' | 'return';

/**
 * The part of a refund that goes to one tender. REJECTED money, and what a bank returns, becomes the buyer’s credit, or
 * part of a chargeback when the payer’s bank pays it instead.
 */
export const legMachine = machine<LegState, LegEvent>('CREATED', {
  CREATED: { send: 'SENT', succeed: 'SUCCEEDED', reject: 'REJECTED', lose: 'UNKNOWN' },
  SENT: { succeed: 'SUCCEEDED', reject: 'REJECTED', lose: 'UNKNOWN' },
  UNKNOWN: { succeed: 'SUCCEEDED', reject: 'REJECTED', lose: 'UNKNOWN' },
  SUCCEEDED: { return: 'RETURNED' },
  REJECTED: {},
  RETURNED: {},
});

const OVER: readonly LegState[] = ['SUCCEEDED', 'REJECTED', 'RETURNED'];

/** Where the money of a leg went that could not be paid: DUE_AGAIN when another leg carries it now. */
export type LegFate = 'CREDITED' | 'CHARGED_BACK' | 'DUE_AGAIN';

/** What a refund's state looks at of a leg. */
export interface SettledLeg {
  readonly state: LegState;
  readonly fate: LegFate | null;
}

export type RefundState =
  'CREATED' | 'SENT' | 'SUCCEEDED' | 'UNKNOWN' | 'CREDITED' | 'UNDONE' | 'CHARGED_BACK';

/**
 * A refund is what its legs are: done when all are; CREDITED when a leg could not be sent back, CHARGED_BACK when the
 * payer's bank pays what could not.
 */
export function refundState(all: readonly SettledLeg[]): RefundState {
  const legs = all.filter(({ fate }) => fate !== 'DUE_AGAIN');
  const every = (...states: LegState[]): boolean =>
    legs.every(({ state }) => states.includes(state));
  if (legs.some(({ state }) => state === 'UNKNOWN')) return 'UNKNOWN';
  if (every('SUCCEEDED')) return 'SUCCEEDED';
  if (every(...OVER)) {
    const unpaid = legs.filter(({ state }) => state !== 'SUCCEEDED');
    return unpaid.every(({ fate }) => fate === 'CHARGED_BACK') ? 'CHARGED_BACK' : 'CREDITED';
  }
  return every('CREATED') ? 'CREATED' : 'SENT';
}
