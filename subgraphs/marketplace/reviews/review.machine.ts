import { machine } from '#kernel/machine/machine';

export type ReviewState = 'PUBLISHED' | 'EXCLUDED' | 'REMOVED';
export type ReviewEvent = 'exclude' | 'restore' | 'remove';

/** A review counts while it is published. */
export const reviewMachine = machine<ReviewState, ReviewEvent>('PUBLISHED', {
  PUBLISHED: { exclude: 'EXCLUDED', remove: 'REMOVED' },
  EXCLUDED: { restore: 'PUBLISHED' },
  REMOVED: {},
});
