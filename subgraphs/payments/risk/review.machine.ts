import { machine } from '#kernel/machine/machine';

export type ReviewState = 'OPEN' | 'APPROVED' | 'DECLINED' | 'EXPIRED';
export type ReviewEvent = 'approve' | 'decline' | 'expire';

/** Something that waits for a person. `expire`: what it was about ended first. */
export const reviewMachine = machine<ReviewState, ReviewEvent>('OPEN', {
  OPEN: { approve: 'APPROVED', decline: 'DECLINED', expire: 'EXPIRED' },
  APPROVED: {},
  DECLINED: {},
  EXPIRED: {},
});
