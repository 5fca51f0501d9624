import type { HeldState } from '../escrow/tranche.machine';
import type { ChargebackState } from './chargeback.machine';

/** Who bears a chargeback that is lost. */
export type Liable = 'SELLER' | 'PLATFORM';

/**
 * By the bank's reason. What the seller did with the goods or the money is the seller's; a stolen card and what went
 * wrong on the way is the platform's, whose payment provider it is.
 */
const BY_REASON: Readonly<Record<string, Liable>> = {
  product_not_received: 'SELLER',
  product_unacceptable: 'SELLER',
  credit_not_processed: 'SELLER',
  subscription_canceled: 'SELLER',
  customer_initiated: 'SELLER',
  general: 'SELLER',
  fraudulent: 'PLATFORM',
  unrecognized: 'PLATFORM',
  duplicate: 'PLATFORM',
  bank_cannot_process: 'PLATFORM',
  check_returned: 'PLATFORM',
  debit_not_authorized: 'PLATFORM',
  incorrect_account_details: 'PLATFORM',
  insufficient_funds: 'PLATFORM',
  noncompliant: 'PLATFORM',
};

/** A reason that is not in the table is the platform's: nobody pays for what nobody understands. */
export const liableFor = (reason: string): Liable => BY_REASON[reason] ?? 'PLATFORM';

/** A part that a case took of an order. */
export interface TakenPart {
  readonly source: 'HELD' | 'RELEASED';
  /** Where its goods are now, if it was held. */
  readonly heldState: HeldState | null;
  /** The carrier lost them. */
  readonly isLost: boolean;
}

/**
 * Whether an order gets back what a case that is over took of it: when the case is won, or when the platform is liable
 * and the goods have left for the buyer. Else the money would have to be refunded, and the buyer has it from the bank
 * already: their tender can never be refunded by as much again.
 */
export const comesBack = (
  { state, liable }: { readonly state: ChargebackState; readonly liable: Liable },
  { source, heldState, isLost }: TakenPart,
): boolean => {
  if (state === 'WON') return true;
  if (liable === 'SELLER') return false;
  return source === 'RELEASED' || heldState === 'DELIVERED' || (heldState === 'SHIPPED' && !isLost);
};
