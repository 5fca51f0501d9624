import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Pool } from 'undici';
import { z } from 'zod';
import { CALL_DEADLINE_MS } from './janitor.rules';
import type { PspNotice, PspObject, PspPort, PspReply, PspRequest } from './psp.port';

export interface HttpPspOptions {
  /** Base address, e.g. `http://127.0.0.1:4710`. */
  readonly url: string;
  readonly apiKey: string;
  /** `whsec_…` */
  readonly webhookSecret: string;
}

const MAX_SKEW_MS = 300_000;
/** Answers that say nothing about the act: our key, too slow, conflict, too early, too many. */
const NOT_A_NO = new Set([401, 403, 408, 409, 425, 429]);

const amount = z.string().regex(/^-?\d{1,19}$/);
const objectShape = z.object({
  id: z.string(),
  object: z.enum(['payment', 'refund', 'payout']),
  status: z.string(),
  amountMinor: amount,
  currency: z.string(),
  capturedMinor: amount.optional(),
  reference: z.string(),
  declineCode: z.string().optional(),
  actionUrl: z.string().optional(),
});
const errorShape = z.object({ error: z.object({ code: z.string() }) });
const balanceShape = z.object({
  balances: z.array(z.object({ currency: z.string(), availableMinor: amount })),
});
const noticeShape = z.object({ type: z.string(), data: z.object({ reference: z.string() }) });

/** A PSP that speaks JSON over HTTP with Standard Webhooks. */
export class HttpPspAdapter implements PspPort {
  private readonly pool: Pool;
  private readonly signer: Webhook;

  constructor(private readonly options: HttpPspOptions) {
    this.pool = new Pool(new URL(options.url).origin, { connections: 32, pipelining: 1 });
    this.signer = new Webhook(options.webhookSecret);
  }

  async send(operationId: string, request: PspRequest): Promise<PspReply> {
    const { path, body } = callOf(operationId, request);
    return readObject(await this.call('POST', path, JSON.stringify(body), operationId));
  }

  async find(operationId: string): Promise<PspReply> {
    const query = new URLSearchParams({ reference: operationId }).toString();
    const answer = await this.call('GET', `/api/operations?${query}`);
    return answer.status === 404 ? { kind: 'ABSENT' } : readObject(answer);
  }

  async balances(): Promise<ReadonlyMap<string, bigint> | undefined> {
    const { text } = await this.call('GET', '/api/balance');
    const parsed = balanceShape.safeParse(json(text));
    if (!parsed.success) return undefined;
    return new Map(
      parsed.data.balances.map(({ currency, availableMinor }) => [
        currency,
        BigInt(availableMinor),
      ]),
    );
  }

  parseWebhook(
    body: Buffer,
    headers: Readonly<Record<string, string>>,
    now: Date,
  ): PspNotice | undefined {
    const id = headers['webhook-id'] ?? '';
    const seconds = Number(headers['webhook-timestamp']);
    if (id === '' || !Number.isInteger(seconds)) return undefined;
    const signedAt = new Date(seconds * 1000);
    if (Math.abs(now.getTime() - signedAt.getTime()) > MAX_SKEW_MS) return undefined;
    const expected = this.signer.sign(id, signedAt, body);
    const given = (headers['webhook-signature'] ?? '').split(' ');
    if (!given.some((one) => equal(one, expected))) return undefined;
    const parsed = noticeShape.safeParse(json(body.toString()));
    if (!parsed.success) return undefined;
    return { id, type: parsed.data.type, reference: parsed.data.data.reference };
  }

  /** Status 0 = no answer at all. */
  private async call(
    method: 'GET' | 'POST',
    path: string,
    body?: string,
    key?: string,
  ): Promise<{ status: number; text: string }> {
    try {
      const response = await this.pool.request({
        method,
        path,
        headers: {
          authorization: `Bearer ${this.options.apiKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(CALL_DEADLINE_MS),
      });
      return { status: response.statusCode, text: await response.body.text() };
    } catch (error) {
      return { status: 0, text: error instanceof Error ? error.name : 'no answer' };
    }
  }
}

function callOf(reference: string, request: PspRequest): { path: string; body: object } {
  const { amountMinor } = request;
  switch (request.kind) {
    case 'PAYMENT': {
      const { currency, token } = request;
      const body = { amountMinor, currency, token, capture: true, reference, metadata: {} };
      return { path: '/api/payments', body };
    }
    case 'REFUND':
      return {
        path: '/api/refunds',
        body: { paymentId: request.pspPaymentId, amountMinor, reference },
      };
    case 'PAYOUT': {
      const { currency, destination } = request;
      return { path: '/api/payouts', body: { amountMinor, currency, destination, reference } };
    }
  }
}

function readObject({ status, text }: { status: number; text: string }): PspReply {
  if (status >= 200 && status < 300) {
    const parsed = objectShape.safeParse(json(text));
    return parsed.success
      ? { kind: 'OBJECT', object: toObject(parsed.data) }
      : { kind: 'LOST', reason: 'unreadable answer' };
  }
  const refused = errorShape.safeParse(json(text));
  if (status >= 400 && status < 500 && !NOT_A_NO.has(status) && refused.success) {
    return { kind: 'REFUSED', code: refused.data.error.code };
  }
  return { kind: 'LOST', reason: status === 0 ? text : `status ${status}` };
}

const toObject = (found: z.output<typeof objectShape>): PspObject => ({
  ...found,
  amountMinor: BigInt(found.amountMinor),
  capturedMinor: BigInt(found.capturedMinor ?? '0'),
  declineCode: found.declineCode ?? null,
  actionUrl: found.actionUrl ?? null,
});

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
