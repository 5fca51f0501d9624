import { z } from 'zod';
import { id, minor } from './fact-fields';
import { orderIds, orderLineIds, sellerIds } from './ids';

/** One line's part of an order's money, shipping spread over the lines: together they are the order. */
const lineTerms = z.object({
  orderLineId: id(orderLineIds),
  quantity: z.int().positive(),
  amountMinor: minor,
  commissionMinor: minor,
  taxMinor: minor,
});

/** A step of work that is paid by itself. */
const milestone = z.object({
  title: z.string().min(1).max(200),
  amountMinor: minor,
  /** How many days after it is paid it should be done. */
  days: z.int().min(0).max(365),
});

/** The parts in which an order is paid, or its money is released. A deposit, or milestones; not both. */
const plan = z
  .object({
    /** What is paid first; the balance by a second payment. */
    depositMinor: minor.prefault('0'),
    /** How many days after the deposit the balance is due. */
    balanceDays: z.int().min(1).max(180).default(14),
    /** They add up to the order; all of them are paid together. */
    milestones: z.array(milestone).max(50).default([]),
  })
  .refine(
    ({ depositMinor, milestones }) =>
      depositMinor >= 0n &&
      (depositMinor === 0n || milestones.length === 0) &&
      milestones.every(({ amountMinor }) => amountMinor > 0n),
    'a deposit, or milestones',
  );

/** Terms of one seller's order that payments must know to hold and split the money. */
export const orderTerms = z.object({
  orderId: id(orderIds),
  sellerId: id(sellerIds),
  totalMinor: minor,
  commissionMinor: minor,
  taxMinor: minor,
  /** SHA-256 of the contract's text; empty for orders older than contracts. */
  contractHash: z.string().default(''),
  /** What is sold, to whom and how soon it is handed over: the deadlines on its money depend on them. */
  goods: z.enum(['PHYSICAL', 'DIGITAL', 'VIRTUAL']).default('PHYSICAL'),
  business: z.boolean().default(false),
  handlingDays: z.int().min(0).max(365).default(3),
  /** Without them the order's money is held and released whole. */
  lines: z.array(lineTerms).default([]),
  /** Without it the order is paid at once. */
  plan: plan.optional(),
});
