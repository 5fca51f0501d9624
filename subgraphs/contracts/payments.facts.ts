import { z } from 'zod';
import { currency, id, instant, minor, orderParties, quantities } from './fact-fields';
import {
  chargebackIds,
  disputeIds,
  escrowIds,
  orderGroupIds,
  orderIds,
  paymentIds,
  payoutIds,
  refundIds,
  sellerIds,
  shipmentIds,
  trancheIds,
} from './ids';
import { disputeReasons } from './trade-policy';

const escrow = { ...orderParties, escrowId: id(escrowIds) };
const dispute = { ...escrow, disputeId: id(disputeIds) };

const payout = {
  payoutId: id(payoutIds),
  sellerId: id(sellerIds),
  amountMinor: minor,
  currency,
};

/** A payer's complaint at the bank, told once for each order of the payment; the amount is this order's part. */
const chargeback = {
  ...escrow,
  chargebackId: id(chargebackIds),
  amountMinor: minor,
  currency,
  liable: z.enum(['SELLER', 'PLATFORM']),
};

/** Why money is frozen. */
const holdCause = z.enum(['DISPUTE', 'CHARGEBACK', 'RISK', 'LEGAL']);

/** What changes a seller's money and is told by no other fact. */
const balanceLines = [
  ...(['ADJUSTMENT', 'LABEL', 'LABEL_REFUND', 'ADS_TOP_UP', 'ADS_WITHDRAWAL'] as const),
] as const;

/** An advance after money moved. */
const advance = z.object({
  advanceId: z.string(),
  sellerId: id(sellerIds),
  /** The release that paid it; null when something else did. */
  releaseId: z.string().nullable(),
  amountMinor: minor,
  outstandingMinor: minor,
  currency,
});

const adGrant = z.object({
  grantId: z.string(),
  sellerId: id(sellerIds),
  amountMinor: minor,
  currency,
});

/** What payments tells: of payments, of held money, of cases, of sellers’ money. */
export const paymentsFacts = {
  'payment.authorized': z.object({
    paymentId: id(paymentIds),
    orderGroupId: id(orderGroupIds),
    orderIds: z.array(id(orderIds)),
    amountMinor: minor,
    currency,
  }),
  'payment.captured': z.object({
    paymentId: id(paymentIds),
    orderGroupId: id(orderGroupIds),
    orderIds: z.array(id(orderIds)),
    amountMinor: minor,
    currency,
  }),
  'payment.failed': z.object({
    paymentId: id(paymentIds),
    orderGroupId: id(orderGroupIds),
    orderIds: z.array(id(orderIds)),
    reason: z.string(),
  }),
  'payment.expired': z.object({
    orderGroupId: id(orderGroupIds),
    orderIds: z.array(id(orderIds)),
    /** It was paid in time and looked at too late; without one nobody paid. */
    reason: z.enum(['AUTHORIZATION_ENDED']).optional(),
  }),
  'escrow.funded': z.object({ ...escrow, amountMinor: minor, currency }),
  /** Part of the order's money came in; the seller does not ship before the balance has. */
  'escrow.deposit_funded': z.object({
    ...escrow,
    amountMinor: minor,
    outstandingMinor: minor,
    currency,
  }),
  'escrow.milestone_submitted': z.object({
    ...escrow,
    trancheId: id(trancheIds),
    number: z.int().positive(),
    dueAt: instant,
  }),
  /** The words are in the graph only. */
  'escrow.milestone_changes_requested': z.object({
    ...escrow,
    trancheId: id(trancheIds),
    number: z.int().positive(),
  }),
  'escrow.progressed': z.object({ ...escrow, to: z.string() }),
  'escrow.frozen': z.object({ ...escrow, amountMinor: minor, currency, cause: holdCause }),
  'escrow.unfrozen': z.object({ ...escrow, amountMinor: minor, currency, cause: holdCause }),
  'escrow.ship_overdue': z.object(escrow),
  /** SHIP: the seller should hand it over. INSPECT: the buyer should look at it. `dueAt`: what happens by itself then. */
  'escrow.reminder': z.object({
    ...escrow,
    trancheId: id(trancheIds),
    kind: z.enum(['SHIP', 'INSPECT']),
    dueAt: instant,
  }),
  'escrow.extended': z.object({
    ...escrow,
    trancheId: id(trancheIds),
    by: z.enum(['BUYER', 'SELLER']),
    days: z.int().positive(),
    until: instant,
  }),
  'escrow.shipment_lost': z.object({ ...escrow, shipmentId: id(shipmentIds) }),
  'escrow.released': z.object({
    ...escrow,
    grossMinor: minor,
    commissionMinor: minor,
    taxMinor: minor,
    netMinor: minor,
    remainingMinor: minor,
    currency,
    cause: z.enum([
      'RECEIPT_CONFIRMED',
      'INSPECTION_ENDED',
      'TRANSIT_ENDED',
      'HELD_TOO_LONG',
      'DISPUTE_SETTLED',
      'OPERATOR',
    ]),
  }),
  'refund.succeeded': z.object({
    ...escrow,
    refundId: id(refundIds),
    amountMinor: minor,
    remainingMinor: minor,
    currency,
    cause: z.string(),
    fault: z.enum(['BUYER', 'SELLER', 'PLATFORM', 'NOBODY']).default('NOBODY'),
    /** The goods that it is about, when it is about goods. */
    lines: quantities.default([]),
  }),
  'dispute.opened': z.object({
    ...dispute,
    kind: z.enum(['REFUND_ONLY', 'RETURN_AND_REFUND', 'EXCHANGE']),
    reason: z.enum(disputeReasons),
    amountMinor: minor,
    currency,
  }),
  'dispute.updated': z.object({ ...dispute, to: z.string(), cause: z.string() }),
  'dispute.decided': z.object({
    ...dispute,
    fault: z.enum(['BUYER', 'SELLER', 'PLATFORM', 'NOBODY']),
    refundMinor: minor,
    currency,
    returnRequired: z.boolean(),
    clauses: z.array(z.string()),
  }),
  'dispute.closed': z.object({
    ...dispute,
    outcome: z.enum(['RESOLVED', 'WITHDRAWN', 'CLOSED', 'SUPERSEDED']),
    refundMinor: minor,
    currency,
  }),
  'refund.failed': z.object({ ...escrow, refundId: id(refundIds), amountMinor: minor, currency }),
  'risk.decided': z.object({
    decisionId: z.string(),
    point: z.enum(['CHECKOUT', 'CAPTURE', 'RELEASE', 'PAYOUT', 'CLAIM', 'ONBOARDING']),
    subject: z.string(),
    /** What the rules said; then what became of the review, if there was one. */
    outcome: z.enum([
      ...(['REVIEW', 'BLOCK_AND_REVIEW', 'DECLINE'] as const),
      ...(['APPROVED', 'DECLINED', 'EXPIRED'] as const),
    ]),
  }),
  'chargeback.opened': z.object(chargeback),
  'chargeback.closed': z.object({
    ...chargeback,
    outcome: z.enum(['PREVENTED', 'WON', 'LOST', 'ACCEPTED']),
  }),
  'reconciliation.completed': z.object({
    runId: z.string(),
    fromAt: instant,
    toAt: instant,
    lines: z.int(),
    matched: z.int(),
    open: z.int(),
  }),
  'payout_account.changed': z.object({
    payoutAccountId: z.string(),
    sellerId: id(sellerIds),
    verified: z.boolean(),
    removed: z.boolean(),
  }),
  'fee.charged': z.object({
    sellerId: id(sellerIds),
    orderId: id(orderIds).nullable(),
    kind: z.enum(['INSTANT_PAYOUT']),
    amountMinor: minor,
    currency,
  }),
  'payout.submitted': z.object(payout),
  'payout.paid': z.object(payout),
  'payout.failed': z.object(payout),
  'payout.returned': z.object(payout),
  'ad_grant.funded': adGrant,
  'ad_grant.refused': adGrant.extend({ reason: z.enum(['RESTRICTED', 'WALLET_INSUFFICIENT']) }),
  'advance.disbursed': advance,
  'advance.refused': z.object({
    advanceId: z.string(),
    sellerId: id(sellerIds),
    reason: z.enum(['RESTRICTED', 'SELLER_OWES', 'ANOTHER_ADVANCE', 'AMOUNT_INVALID']),
  }),
  'advance.remitted': advance,
  'advance.remittance_reversed': advance,
  'balance.changed': z.object({
    sellerId: id(sellerIds),
    cause: z.enum(['HOLD_ENDED', 'RESERVE_ENDED', ...balanceLines]),
    amountMinor: minor,
    currency,
  }),
} as const;
