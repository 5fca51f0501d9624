import { machine } from '#kernel/machine/machine';

export type OperationState = 'READY' | 'SENT' | 'SUCCEEDED' | 'REJECTED' | 'PENDING' | 'UNKNOWN';
export type OperationEvent = 'send' | 'succeed' | 'reject' | 'wait' | 'lose';

/**
 * One act at the PSP. It is committed before it is sent. SENT that was left by a crash counts as UNKNOWN after 30 s.
 * Only a definite no, or "never seen" when it is no longer wanted, ends in REJECTED. What the PSP is working on stays
 * PENDING when a look at it is lost.
 */
export const operationMachine = machine<OperationState, OperationEvent>('READY', {
  READY: { send: 'SENT', reject: 'REJECTED' },
  SENT: { succeed: 'SUCCEEDED', reject: 'REJECTED', wait: 'PENDING', lose: 'UNKNOWN' },
  PENDING: { succeed: 'SUCCEEDED', reject: 'REJECTED', wait: 'PENDING', lose: 'PENDING' },
  UNKNOWN: { succeed: 'SUCCEEDED', reject: 'REJECTED', wait: 'PENDING', lose: 'UNKNOWN' },
  SUCCEEDED: {},
  REJECTED: {},
});
