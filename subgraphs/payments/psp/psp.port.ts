/** A charge, in minor units. The token stands for a means of payment; it is never a card number. */
export interface PaymentRequestToPsp {
  readonly kind: 'PAYMENT';
  readonly amountMinor: string;
  readonly currency: string;
  readonly token: string;
}
/** Money back to where a charge came from. */
export interface RefundRequestToPsp {
  readonly kind: 'REFUND';
  readonly amountMinor: string;
  readonly pspPaymentId: string;
}
/** Money out of the PSP balance to a seller’s account. */
export interface PayoutRequestToPsp {
  readonly kind: 'PAYOUT';
  readonly amountMinor: string;
  readonly currency: string;
  readonly destination: string;
}
export type PspRequest = PaymentRequestToPsp | RefundRequestToPsp | PayoutRequestToPsp;

/** What the PSP has about one of our acts. */
export interface PspObject {
  readonly id: string;
  readonly object: 'payment' | 'refund' | 'payout';
  readonly status: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly capturedMinor: bigint;
  /** Our operation id. */
  readonly reference: string;
  readonly declineCode: string | null;
  readonly actionUrl: string | null;
}

/** How an act ended as far as we know. LOST (timeout, reset, 5xx, unreadable) is never taken for a no. */
export type PspReply =
  | { readonly kind: 'OBJECT'; readonly object: PspObject }
  | { readonly kind: 'REFUSED'; readonly code: string }
  | { readonly kind: 'ABSENT' }
  | { readonly kind: 'LOST'; readonly reason: string };

/** A webhook after its signature was checked. Its amounts and states are not read: the object is asked for again. */
export interface PspNotice {
  readonly id: string;
  readonly type: string;
  readonly reference: string;
}

/** Any payment service provider. Our operation id is its reference and its idempotency key, so sending twice is safe. */
export interface PspPort {
  send(operationId: string, request: PspRequest): Promise<PspReply>;
  /** What became of an act. ABSENT: the PSP has never seen it. */
  find(operationId: string): Promise<PspReply>;
  /** What the PSP owes us per currency, or undefined when it does not answer. */
  balances(): Promise<ReadonlyMap<string, bigint> | undefined>;
  /** Checks a webhook (raw bytes): signature in constant time, clock skew in both directions. */
  parseWebhook(
    body: Buffer,
    headers: Readonly<Record<string, string>>,
    now: Date,
  ): PspNotice | undefined;
}
