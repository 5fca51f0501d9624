/** A charge, in minor units. The token stands for a means of payment; it is never a card number. */
export interface PaymentRequestToPsp {
  readonly kind: 'PAYMENT';
  readonly amountMinor: string;
  readonly currency: string;
  readonly token: string;
  /** MANUAL only authorises; CAPTURE takes the money later. */
  readonly capture?: 'MANUAL';
  /** MERCHANT: the payer is not there to agree to anything; only what they keep with us can be charged so. */
  readonly initiator?: 'MERCHANT';
  /** LATER only makes the payment; CONFIRM sends it. */
  readonly confirm?: 'LATER';
}
/** Money back to where a charge came from. */
export interface RefundRequestToPsp {
  readonly kind: 'REFUND';
  readonly amountMinor: string;
  readonly currency?: string;
  readonly pspPaymentId: string;
}
/** Money out of the PSP balance to a seller’s account. */
export interface PayoutRequestToPsp {
  readonly kind: 'PAYOUT';
  readonly amountMinor: string;
  readonly currency: string;
  readonly destination: string;
  /** At once, where the PSP can; it costs more. */
  readonly speed?: 'INSTANT';
}
/** A file that goes to the PSP as evidence: which, and in which of its fields. */
export interface EvidencePiece {
  readonly slot: string;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly hash: string;
  readonly name: string;
  readonly contentType: string;
}
/** Its bytes, on their way. */
export interface EvidenceFile extends Pick<EvidencePiece, 'name' | 'contentType'> {
  readonly content: Buffer;
}
/** What files a PSP takes as evidence: one for each of its fields. */
export interface EvidenceFileLimits {
  readonly types: readonly string[];
  readonly maxBytes: number;
  /** Of all files of one answer. */
  readonly maxBytesTogether: number;
}
/** An answer to a dispute: evidence, by the names that Stripe gives its fields, or that it is accepted. Once. */
export type DisputeAnswer =
  | {
      readonly kind: 'EVIDENCE';
      readonly pspDisputeId: string;
      readonly fields: Readonly<Record<string, string>>;
      /** Files for it. The PSP gets them first; it is then told in `fields` what they are called there. */
      readonly files?: readonly EvidencePiece[];
    }
  | { readonly kind: 'ACCEPT_DISPUTE'; readonly pspDisputeId: string };
/**
 * Forgets a kept means of payment, or a setup that nobody finished: nobody can charge it any more. What the answer to a
 * setup would have named is looked for by our id of it.
 */
export type DetachRequestToPsp = { readonly kind: 'DETACH' } & (
  | { readonly pspMethodId: string }
  | {
      readonly setupId: string;
      /** When it was made: ISO 8601. */
      readonly since: string;
    }
);
/** Acts that are committed as an operation before they are sent. */
export type PspRequest =
  | (PaymentRequestToPsp | RefundRequestToPsp | PayoutRequestToPsp)
  | (DisputeAnswer | DetachRequestToPsp);

/** Everything that can be asked of a PSP. The rest changes what a request has made. */
export type PspAct =
  | PspRequest
  | { readonly kind: 'CONFIRM' | 'VOID'; readonly pspPaymentId: string }
  | {
      readonly kind: 'CAPTURE';
      readonly pspPaymentId: string;
      readonly amountMinor: string;
      readonly currency: string;
    }
  | { readonly kind: 'CANCEL_PAYOUT'; readonly pspPayoutId: string }
  /**
   * Keeps a means of payment: the id of what is made is a token for later charges. `requires_action` until the payer
   * has agreed at `actionUrl`.
   */
  | { readonly kind: 'METHOD'; readonly token: string };

/** What each act makes or changes. */
export const OBJECT_OF = {
  PAYMENT: 'payment',
  REFUND: 'refund',
  PAYOUT: 'payout',
  EVIDENCE: 'dispute',
  ACCEPT_DISPUTE: 'dispute',
  DETACH: 'method',
} as const satisfies Record<PspRequest['kind'], PspObject['object']>;

/** What the PSP has about one of our acts. */
export interface PspObject {
  readonly id: string;
  readonly object: 'payment' | 'refund' | 'payout' | 'method' | 'dispute';
  readonly status: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly capturedMinor: bigint;
  /** Our operation id; empty for what others have made, e.g. a dispute. */
  readonly reference: string;
  readonly declineCode: string | null;
  readonly actionUrl: string | null;
  readonly method?: PspMethod;
  /** What was charged, where the PSP tells. */
  readonly card?: Pick<PspMethod, 'brand' | 'last4' | 'country'>;
  readonly dispute?: PspDispute;
}

/** What may be shown of a kept means of payment, and a fingerprint that is the same for the same card. */
export interface PspMethod {
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly fingerprint: string;
  /** Where the card was issued (ISO 3166-1 alpha-2), where the PSP tells. */
  readonly country?: string;
}

export interface PspDispute {
  readonly pspPaymentId: string;
  readonly reason: string;
  /** Until when evidence may be submitted. */
  readonly dueAt: Date;
  /** What the PSP takes for it, whoever wins. */
  readonly feeMinor: bigint;
}

/** How an act ended as far as we know. LOST (timeout, reset, 5xx, unreadable) is never taken for a no. */
export type PspReply =
  | { readonly kind: 'OBJECT'; readonly object: PspObject }
  | { readonly kind: 'REFUSED'; readonly code: string }
  | { readonly kind: 'ABSENT' }
  | { readonly kind: 'LOST'; readonly reason: string };

/** What the PSP calls a file now, or why not. */
export type FileReply =
  | { readonly kind: 'FILE'; readonly id: string }
  | Extract<PspReply, { readonly kind: 'REFUSED' | 'LOST' }>;

/** An act as it is looked for at the PSP. */
export interface SentOperation {
  readonly id: string;
  readonly request: PspRequest;
  readonly pspId: string | null;
  readonly createdAt: Date;
}

/** A webhook after its signature was checked. Its amounts and states are not read: the object is asked for again. */
export interface PspNotice {
  readonly id: string;
  readonly type: string;
  /** Our operation id; empty when the PSP does not say. */
  readonly reference: string;
  /** The PSP’s id of the object that it is about. */
  readonly pspId: string;
  /** A dispute is no act of ours: it is read by itself. */
  readonly about: 'OPERATION' | 'DISPUTE';
}

export const LINE_KINDS = [
  ...(['CAPTURE', 'REFUND', 'REFUND_FAILED', 'PAYOUT', 'PAYOUT_BACK'] as const),
  ...(['DISPUTE', 'DISPUTE_WON', 'FEE', 'BANK_TRANSFER', 'OTHER'] as const),
] as const;
export type LineKind = (typeof LINE_KINDS)[number];

/** Our money at the PSP, per currency. */
export interface PspBalances {
  /** What payouts can move now. */
  readonly movable: ReadonlyMap<string, bigint>;
  /** All that it owes us, also what it cannot move yet: many keep a capture for some days. */
  readonly total: ReadonlyMap<string, bigint>;
}

/** A movement of our balance as the PSP reports it: gross − fee = net, negative when it left. */
export interface PspLine {
  readonly id: string;
  readonly kind: LineKind;
  /** Our operation id; of a BANK_TRANSFER: what the bank statement names. */
  readonly reference: string;
  readonly pspId: string;
  readonly currency: string;
  readonly grossMinor: bigint;
  readonly feeMinor: bigint;
  readonly occurredAt: Date;
}

/** What a PSP can do and how it counts. */
export interface PspCapabilities {
  readonly partialCapture: boolean;
  readonly multiCapture: boolean;
  readonly maxHoldDays: number;
  /** Whether a kept means of payment can be charged again without its owner, before an authorization ends. */
  readonly renews: boolean;
  /** Whether a payment can be refunded while it is disputed. */
  readonly disputeRefundable: boolean;
  /** How long the same key gives the same answer. After it, an act must not be sent again. */
  readonly keyTtlMs: number;
  readonly signs: 'STANDARD_WEBHOOKS' | 'STRIPE';
  /** Decimals of currencies that the PSP counts otherwise than ISO 4217. */
  readonly exponentOverrides: Readonly<Record<string, number>>;
  /** The most that one act may move, in the PSP’s own minor units. */
  readonly maxAmount: bigint;
  readonly evidenceFiles: EvidenceFileLimits;
}

/** The ways to talk to a PSP. */
export const PSP_DIALECTS = ['generic', 'stripe'] as const;
export type PspDialect = (typeof PSP_DIALECTS)[number];

/** Where a PSP is and how we and it prove who we are. */
export interface PspOptions {
  /** Base address, e.g. `http://127.0.0.1:4710`. */
  readonly url: string;
  readonly apiKey: string;
  /** `whsec_…` */
  readonly webhookSecret: string;
}

/** Any payment service provider. Our operation id is its reference and its idempotency key, so sending twice is safe. */
export interface PspPort {
  readonly capabilities: PspCapabilities;
  send(operationId: string, act: PspAct): Promise<PspReply>;
  /** Keeps a file for an answer to a dispute. The same key again: the same file, as long as keys live there. */
  keepFile(key: string, file: EvidenceFile): Promise<FileReply>;
  /** What became of an act. ABSENT: the PSP has never seen it. */
  find(operation: SentOperation): Promise<PspReply>;
  /** An object by the PSP’s own id. */
  get(object: PspObject['object'], pspId: string): Promise<PspReply>;
  /** What we have there now, or undefined when it does not answer. */
  balances(): Promise<PspBalances | undefined>;
  /** Reported movements of a time, or undefined when the PSP does not answer. */
  listSettlement(from: Date, to: Date): Promise<readonly PspLine[] | undefined>;
  /** Checks a webhook (raw bytes): signature in constant time, clock skew in both directions. */
  parseWebhook(
    body: Buffer,
    headers: Readonly<Record<string, string>>,
    now: Date,
  ): PspNotice | undefined;
}
