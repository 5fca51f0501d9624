/** Where a payment stands. Those that begin with `requires` and `pending` end in one of the others. */
export type PaymentStatus =
  | ('requires_confirmation' | 'requires_action' | 'pending')
  | ('authorized' | 'captured' | 'voided' | 'failed');

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
  /** Kept inside: when it fails after all, epoch ms. */
  nextAtMs?: number | null;
}

export interface Payout {
  id: string;
  object: 'payout';
  status: 'in_transit' | 'paid' | 'failed' | 'returned' | 'canceled';
  amountMinor: string;
  currency: string;
  destination: string;
  reference: string;
  failureCode?: string;
  createdAt: string;
  /** Kept inside: when the simulator moves it on by itself, epoch ms. */
  nextAtMs: number | null;
}

/**
 * A payer’s complaint to the bank: the amount and a fee are taken at once and decided on later. A warning takes nothing
 * yet: it is closed, or becomes a dispute.
 */
export interface Dispute {
  id: string;
  object: 'dispute';
  status:
    | ('warning_needs_response' | 'warning_closed')
    | ('needs_response' | 'under_review' | 'won' | 'lost');
  paymentId: string;
  amountMinor: string;
  currency: string;
  feeMinor: string;
  reason: string;
  /** Until when evidence may be submitted, once. */
  dueAt: string;
  evidence: Record<string, string>;
  /** The reference of the payment. */
  reference: string;
  createdAt: string;
  /** Kept inside: how the bank will decide when there is evidence. */
  outcome: 'won' | 'lost';
  /** Kept inside: whether the fee is given back when it is won. */
  feeBack?: boolean;
  /** Kept inside: whether the bank takes its time. */
  slow?: boolean;
  /** Kept inside: when the simulator moves it on by itself, epoch ms. */
  nextAtMs: number | null;
}

/** A means of payment kept for later. Its id is a token. */
export interface Method {
  id: string;
  object: 'method';
  /** `requires_action`: its owner has not agreed yet, `canceled`: and never will; `detached`: nobody can charge it any more. */
  status: 'active' | 'requires_action' | 'failed' | 'detached' | 'canceled';
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
  fingerprint: string;
  /** Where the card was issued. */
  country?: string;
  reference: string;
  createdAt: string;
  /** Kept inside: the token it stands for. */
  token: string;
}

/** A file that a merchant sent as evidence. Its bytes are not kept. */
export interface EvidenceFile {
  id: string;
  object: 'file';
  name: string;
  type: string;
  size: number;
  sha256: string;
  createdAt: string;
}

export type PspObject = Payment | Refund | Payout | Dispute | Method;

export type BookAccount =
  'card_network' | 'merchant_balance' | 'payouts_paid' | 'psp_fees' | 'bank';

/** What the PSP takes for each capture. */
export interface Fees {
  basisPoints: number;
  fixedMinor: string;
}

/** One movement of the merchant’s balance as it is reported: gross − fee = net, with the sign of the movement. */
export interface SettlementLine {
  id: string;
  kind: string;
  reference: string;
  objectId: string;
  currency: string;
  grossMinor: string;
  feeMinor: string;
  netMinor: string;
  occurredAt: string;
}

/** Everything that moved since the report before, in one currency. `bankMinor` of it was sent to the bank. */
export interface Settlement {
  id: string;
  day: string;
  currency: string;
  lines: SettlementLine[];
  bankMinor: string;
  /** What the bank statement names. */
  bankReference: string;
  createdAt: string;
}

/** A movement of money. The amounts of its entries sum to zero. */
export interface Posting {
  reason: string;
  reference: string;
  currency: string;
  objectId: string;
  at: string;
  /** A fee that is given back with it. */
  feeBackMinor?: string;
  entries: { account: BookAccount; amountMinor: string }[];
}

/** The journal entries of the PSP. */
export type PspFact =
  | { kind: 'payment.put'; payment: Payment }
  | { kind: 'refund.put'; refund: Refund }
  | { kind: 'payout.put'; payout: Payout }
  | { kind: 'dispute.put'; dispute: Dispute }
  | { kind: 'method.put'; method: Method }
  | { kind: 'file.put'; file: EvidenceFile }
  | { kind: 'posted'; posting: Posting }
  | { kind: 'fees.set'; fees: Fees }
  | { kind: 'pending.set'; ms: number }
  | { kind: 'settled'; settlement: Settlement }
  | { kind: 'clock.advanced'; ms: number }
  | { kind: 'operation.named'; reference: string; action: OperationAction; objectId: string };

export type OperationAction =
  | ('payment' | 'confirm' | 'capture' | 'void' | 'refund')
  | ('payout' | 'cancel' | 'method' | 'detach' | 'evidence' | 'accept');
