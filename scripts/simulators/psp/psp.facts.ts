/** Where a payment stands. `pending` and `requires_action` end in one of the others. */
export type PaymentStatus =
  'pending' | 'requires_action' | 'authorized' | 'captured' | 'voided' | 'failed';

/** A payment as it is stored. Amounts are minor units as decimal strings. */
export interface Payment {
  id: string;
  object: 'payment';
  status: PaymentStatus;
  amountMinor: string;
  currency: string;
  capturedMinor: string;
  refundedMinor: string;
  reference: string;
  declineCode?: string;
  metadata: Record<string, string>;
  createdAt: string;
  /** Kept inside: which behaviour the payer's token asked for. */
  token: string;
  /** Kept inside: capture at once after authorization. */
  capture: boolean;
  /** Kept inside: when the simulator moves it on by itself, epoch ms. */
  nextAtMs: number | null;
}

export interface Refund {
  id: string;
  object: 'refund';
  status: 'succeeded' | 'failed';
  paymentId: string;
  amountMinor: string;
  currency: string;
  reference: string;
  failureCode?: string;
  createdAt: string;
}

export interface Payout {
  id: string;
  object: 'payout';
  status: 'in_transit' | 'paid' | 'failed' | 'returned';
  amountMinor: string;
  currency: string;
  destination: string;
  reference: string;
  failureCode?: string;
  createdAt: string;
  /** Kept inside: when the simulator moves it on by itself, epoch ms. */
  nextAtMs: number | null;
}

export type PspObject = Payment | Refund | Payout;

export type BookAccount = 'card_network' | 'merchant_balance' | 'payouts_paid';

/** A movement of money. The amounts of its entries sum to zero. */
export interface Posting {
  reason: string;
  reference: string;
  currency: string;
  entries: { account: BookAccount; amountMinor: string }[];
}

/** The journal entries of the PSP. */
export type PspFact =
  | { kind: 'payment.put'; payment: Payment }
  | { kind: 'refund.put'; refund: Refund }
  | { kind: 'payout.put'; payout: Payout }
  | { kind: 'posted'; posting: Posting }
  | { kind: 'operation.named'; reference: string; action: OperationAction; objectId: string };

export type OperationAction = 'payment' | 'capture' | 'void' | 'refund' | 'payout';
