import { BUYER_EXTENSION_DAYS, SELLER_EXTENSION_DAYS } from './timer.rules';
import type { TrancheState } from '../escrow/tranche.machine';

/** What an extension looks at of a tranche. */
export interface Extendable {
  readonly state: TrancheState;
  readonly extendedByBuyer: boolean;
  readonly grantedDays: number;
}

/** Who gives the buyer more time. */
export type Extender = 'BUYER' | 'SELLER';

/**
 * Undefined: the deadline may move by so many days. The buyer takes 3 days once; the seller grants 30 in all. Only a
 * deadline that ends in a release can be moved.
 */
export function extensionRefusal(
  tranche: Extendable,
  by: Extender,
  days: number,
): 'TRANSITION_NOT_ALLOWED' | 'TRANCHE_FROZEN' | 'EXTENSION_EXHAUSTED' | undefined {
  if (tranche.state === 'FROZEN') return 'TRANCHE_FROZEN';
  if (tranche.state !== 'SHIPPED' && tranche.state !== 'DELIVERED') return 'TRANSITION_NOT_ALLOWED';
  if (!Number.isInteger(days) || days < 1) return 'EXTENSION_EXHAUSTED';
  const isWithin =
    by === 'BUYER'
      ? !tranche.extendedByBuyer && days === BUYER_EXTENSION_DAYS
      : tranche.grantedDays + days <= SELLER_EXTENSION_DAYS;
  return isWithin ? undefined : 'EXTENSION_EXHAUSTED';
}
