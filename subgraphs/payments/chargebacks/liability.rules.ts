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
