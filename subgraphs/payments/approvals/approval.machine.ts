import { machine } from '#kernel/machine/machine';

export type ApprovalState = 'PROPOSED' | 'GRANTED' | 'REJECTED' | 'EXPIRED';
export type ApprovalEvent = 'grant' | 'reject' | 'expire';

/** A refused grant is no step: the act still waits, with the code of the refusal. */
export const approvalMachine = machine<ApprovalState, ApprovalEvent>('PROPOSED', {
  PROPOSED: { grant: 'GRANTED', reject: 'REJECTED', expire: 'EXPIRED' },
  GRANTED: {},
  REJECTED: {},
  EXPIRED: {},
});
