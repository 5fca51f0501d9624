import { createHmac, randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { type FaultPlan } from './fault.plan';
import { type SharedFact, type WebhookMessage } from './facts';

const WAITS_MS = [200, 500, 1_000, 2_000, 5_000, 10_000];
const MAX_TRIES = 200;
const AT_ONCE = 8;
const TIMEOUT_MS = 10_000;
const REORDER_MS = 700;

/** Where webhooks go. Without a target they wait in the queue until a start that names one. */
export interface WebhookTarget {
  url: string;
  /** `whsec_` and base64 key bytes. */
  secret: string;
  /** How messages are signed; without it: Standard Webhooks. */
  dialect?: 'stripe';
}

/** What the sender needs of the store around it. */
export interface CommitPort {
  commit(facts: SharedFact[]): void;
  /** Resolves when everything committed so far has reached the disk. */
  settled(): Promise<void>;
}

interface Pending {
  message: WebhookMessage;
  tries: number;
  dueMs: number;
  busy: boolean;
}

/**
 * Delivers Standard Webhooks at least once. The queue lives in the journal: `queue` makes facts that
 * the caller commits together with the change they announce, so neither exists without the other.
 */
export class WebhookSender {
  private readonly pending = new Map<number, Pending>();
  private readonly counts = { delivered: 0, abandoned: 0 };
  private nextSeq = 1;
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;
  private running = false;
  private inFlight = 0;
  private readonly signer: Webhook | undefined;

  constructor(
    private readonly target: WebhookTarget | undefined,
    private readonly faults: FaultPlan,
    private readonly store: CommitPort,
  ) {
    this.signer = target === undefined ? undefined : new Webhook(target.secret);
  }

  /** Facts that announce `data`; under a `duplicate` fault two of them. */
  queue(type: string, stream: string, data: object): SharedFact[] {
    return this.queueBody(
      stream,
      JSON.stringify({ type, timestamp: new Date().toISOString(), data }),
    );
  }

  /** The same for a message in the caller's own form. */
  queueBody(stream: string, body: string): SharedFact[] {
    const first = { seq: this.nextSeq++, id: newMessageId(), stream, body };
    if (!this.faults.forWebhook('duplicate')) return [{ kind: 'webhook.queued', message: first }];
    // Every second copy has a new webhook-id: a receiver must know the event, not the envelope.
    const seq = this.nextSeq++;
    const id = seq % 2 === 0 ? newMessageId() : first.id;
    return [first, { ...first, seq, id }].map((message) => ({ kind: 'webhook.queued', message }));
  }

  apply(fact: SharedFact): void {
    switch (fact.kind) {
      case 'webhook.queued': {
        const late = this.running && this.faults.forWebhook('reorder') ? REORDER_MS : 0;
        const dueMs = late === 0 ? 0 : Date.now() + late;
        this.nextSeq = Math.max(this.nextSeq, fact.message.seq + 1);
        this.pending.set(fact.message.seq, { message: fact.message, tries: 0, dueMs, busy: false });
        break;
      }
      case 'webhook.tried': {
        const entry = this.pending.get(fact.seq);
        if (entry !== undefined) entry.tries += 1;
        break;
      }
      case 'webhook.delivered':
        if (this.pending.delete(fact.seq)) this.counts.delivered += 1;
        break;
      case 'webhook.abandoned':
        if (this.pending.delete(fact.seq)) this.counts.abandoned += 1;
        break;
      case 'answer.stored':
        break;
    }
  }

  state(): { pending: number; delivered: number; abandoned: number } {
    return { pending: this.pending.size, ...this.counts };
  }

  start(): void {
    this.running = this.target !== undefined;
    this.wake();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    clearImmediate(this.soon);
  }

  /** Looks for messages that are due. Called after each commit; many calls are one look. */
  wake(): void {
    if (!this.running || this.soon !== undefined) return;
    this.soon = setImmediate(() => {
      this.soon = undefined;
      this.deliverDue();
    });
  }

  private deliverDue(): void {
    clearTimeout(this.timer);
    const now = Date.now();
    let soonest = Infinity;
    const streams = new Set<string>();
    for (const entry of this.pending.values()) if (entry.busy) streams.add(entry.message.stream);
    for (const entry of this.pending.values()) {
      if (this.inFlight >= AT_ONCE) return;
      if (entry.busy || streams.has(entry.message.stream)) continue;
      if (entry.dueMs > now) {
        soonest = Math.min(soonest, entry.dueMs);
        continue;
      }
      streams.add(entry.message.stream);
      entry.busy = true;
      this.inFlight += 1;
      void this.deliver(entry);
    }
    if (soonest < Infinity)
      this.timer = setTimeout(() => {
        this.wake();
      }, soonest - now);
  }

  private async deliver(entry: Pending): Promise<void> {
    const { seq } = entry.message;
    try {
      // Nobody hears of a change that a crash could still undo.
      await this.store.settled();
      const arrived = await this.send(entry.message);
      if (!this.running) return;
      if (arrived) {
        this.store.commit([{ kind: 'webhook.delivered', seq }]);
      } else if (entry.tries + 1 >= MAX_TRIES) {
        this.store.commit([{ kind: 'webhook.abandoned', seq }]);
      } else {
        entry.dueMs = Date.now() + (WAITS_MS[entry.tries] ?? 10_000);
        this.store.commit([{ kind: 'webhook.tried', seq }]);
      }
    } finally {
      entry.busy = false;
      this.inFlight -= 1;
      this.wake();
    }
  }

  private signature(
    { dialect, secret }: WebhookTarget,
    signer: Webhook,
    message: WebhookMessage,
    at: Date,
  ): Record<string, string> {
    const seconds = String(Math.floor(at.getTime() / 1000));
    if (dialect === 'stripe') {
      const signed = createHmac('sha256', secret).update(`${seconds}.${message.body}`);
      return { 'stripe-signature': `t=${seconds},v1=${signed.digest('hex')}` };
    }
    return {
      'webhook-id': message.id,
      'webhook-timestamp': seconds,
      'webhook-signature': signer.sign(message.id, at, message.body),
    };
  }

  private async send(message: WebhookMessage): Promise<boolean> {
    if (this.target === undefined || this.signer === undefined) return false;
    const at = new Date();
    try {
      const response = await fetch(this.target.url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          'content-type': 'application/json',
          ...this.signature(this.target, this.signer, message, at),
        },
        body: message.body,
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }
}

function newMessageId(): string {
  return `msg_${randomBytes(16).toString('hex')}`;
}
