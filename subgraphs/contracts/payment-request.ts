import { z } from 'zod';
import { currency, id, minor } from './fact-fields';
import { accountIds, orderGroupIds } from './ids';
import { orderTerms } from './order-terms';

/** Who makes and who reads a payment request. */
export const PAYMENT_REQUEST = { issuer: 'marketplace', audience: 'payments', ttlMs: 15 * 60_000 };

/**
 * What marketplace seals for payments through the buyer: the amounts to pay and to hold, per seller order. It is
 * encrypted because it carries commission, and minted anew at each read.
 */
export const paymentRequest = z.object({
  orderGroupId: id(orderGroupIds),
  /** DEPOSIT: deposits, and orders that have none in full. BALANCE: what the deposits left open. */
  part: z.enum(['WHOLE', 'DEPOSIT', 'BALANCE']),
  buyerId: id(accountIds),
  currency,
  totalMinor: minor,
  orders: z.array(orderTerms).min(1),
});
export type PaymentRequest = z.output<typeof paymentRequest>;
export type PaymentRequestInput = z.input<typeof paymentRequest>;
