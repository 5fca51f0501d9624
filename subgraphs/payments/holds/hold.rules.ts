import type { HoldCause } from './hold.entity';

const isPlatforms = (cause: HoldCause): boolean => cause === 'RISK' || cause === 'LEGAL';

/**
 * Whether a hold may lie under those that a tranche has: the parties' dispute and the platform's own case know nothing
 * of each other, so neither may keep the other away. Two of one kind are one case, and what a bank takes it takes alone.
 */
export function mayStack(existing: readonly HoldCause[], next: HoldCause): boolean {
  const [only, ...others] = existing;
  if (only === undefined || others.length > 0) return false;
  return next === 'DISPUTE' ? isPlatforms(only) : isPlatforms(next) && only === 'DISPUTE';
}
