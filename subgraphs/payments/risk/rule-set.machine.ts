import { machine } from '#kernel/machine/machine';

export type RuleSetState = 'DRAFT' | 'SHADOW' | 'LIVE' | 'RETIRED';
export type RuleSetEvent = 'shadow' | 'publish' | 'retire';

/** A set runs in the shadow before it decides, so that its first day is no surprise. */
export const ruleSetMachine = machine<RuleSetState, RuleSetEvent>('DRAFT', {
  DRAFT: { shadow: 'SHADOW', retire: 'RETIRED' },
  SHADOW: { publish: 'LIVE', retire: 'RETIRED' },
  LIVE: { retire: 'RETIRED' },
  RETIRED: {},
});
