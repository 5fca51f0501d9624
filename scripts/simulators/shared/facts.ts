/** One webhook as it is stored: the bytes never change between tries. */
export interface WebhookMessage {
  /** Position in the queue, unique in this simulator. */
  seq: number;
  /** The `webhook-id` header. */
  id: string;
  /** Messages of one stream are first tried one after the other. */
  stream: string;
  body: string;
}

/** A POST answered under an idempotency key. */
export interface StoredAnswer {
  key: string;
  /** SHA-256 of method, path and body. */
  fingerprint: string;
  status: number;
  body: unknown;
}

/** Journal entries that every simulator has. */
export type SharedFact =
  | { kind: 'answer.stored'; answer: StoredAnswer }
  | { kind: 'webhook.queued'; message: WebhookMessage }
  | { kind: 'webhook.tried'; seq: number }
  | { kind: 'webhook.delivered'; seq: number }
  | { kind: 'webhook.abandoned'; seq: number };
