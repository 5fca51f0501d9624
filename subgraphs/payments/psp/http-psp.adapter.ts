import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Pool } from 'undici';
import { z } from 'zod';
import { CALL_DEADLINE_MS, MAX_SKEW_MS } from './janitor.rules';
import type {
  EvidenceFile,
  FileReply,
  PspAct,
  PspBalances,
  PspCapabilities,
  PspLine,
  PspNotice,
  PspObject,
  PspOptions,
  PspPort,
  PspReply,
  SentOperation,
} from './psp.port';
import {
  json,
  readBalances,
  readFile,
  readObject,
  readSettlement,
} from './http-psp-reading.adapter';

const DAY_MS = 86_400_000;
const CAPABILITIES: PspCapabilities = {
  partialCapture: true,
  multiCapture: false,
  maxHoldDays: 7,
  renews: true,
  disputeRefundable: false,
  keyTtlMs: 30 * DAY_MS,
  signs: 'STANDARD_WEBHOOKS',
  exponentOverrides: {},
  maxAmount: 999_999_999_999_999_999n,
  evidenceFiles: {
    types: ['application/pdf', 'image/jpeg', 'image/png'],
    maxBytes: 5_000_000,
    maxBytesTogether: 4_500_000,
  },
};

const noticeShape = z.object({
  type: z.string(),
  data: z.object({ id: z.string(), reference: z.string(), object: z.string().optional() }),
});

/** A PSP that speaks JSON over HTTP with Standard Webhooks. */
export class HttpPspAdapter implements PspPort {
  readonly capabilities = CAPABILITIES;
  private readonly pool: Pool;
  private readonly signer: Webhook;

  constructor(private readonly options: PspOptions) {
    this.pool = new Pool(new URL(options.url).origin, { connections: 32, pipelining: 1 });
    this.signer = new Webhook(options.webhookSecret);
  }

  async send(operationId: string, act: PspAct): Promise<PspReply> {
    if (act.kind === 'DETACH' && 'setupId' in act) {
      const made = await this.find({ id: act.setupId });
      if (made.kind === 'ABSENT') return made;
      if (made.kind !== 'OBJECT') return { kind: 'LOST', reason: 'not looked up' };
      return this.send(operationId, { kind: 'DETACH', pspMethodId: made.object.id });
    }
    const { path, body } = callOf(operationId, act);
    return readObject(await this.call('POST', path, JSON.stringify(body), operationId));
  }

  async keepFile(key: string, { name, contentType, content }: EvidenceFile): Promise<FileReply> {
    const query = new URLSearchParams({ name }).toString();
    return readFile(await this.call('POST', `/api/files?${query}`, content, key, contentType));
  }

  find({ id }: Pick<SentOperation, 'id'>): Promise<PspReply> {
    const query = new URLSearchParams({ reference: id }).toString();
    return this.read(`/api/operations?${query}`);
  }

  get(object: PspObject['object'], pspId: string): Promise<PspReply> {
    return this.read(`/api/${object}s/${encodeURIComponent(pspId)}`);
  }

  async balances(): Promise<PspBalances | undefined> {
    const { text } = await this.call('GET', '/api/balance');
    return readBalances(text);
  }

  async listSettlement(from: Date, to: Date): Promise<readonly PspLine[] | undefined> {
    const query = new URLSearchParams({ from: from.toISOString(), to: to.toISOString() });
    const { text } = await this.call('GET', `/api/settlements?${query.toString()}`);
    return readSettlement(text);
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
    const { type, data } = parsed.data;
    const about = data.object === 'dispute' ? 'DISPUTE' : 'OPERATION';
    return { id, type, reference: data.reference, pspId: data.id, about };
  }

  private async read(path: string): Promise<PspReply> {
    const answer = await this.call('GET', path);
    const reply = readObject(answer);
    // a 404 in other words than the PSP's comes from somebody in between
    return answer.status === 404 && reply.kind === 'REFUSED' ? { kind: 'ABSENT' } : reply;
  }

  /** Status 0 = no answer at all. */
  private async call(
    method: 'GET' | 'POST',
    path: string,
    body?: string | Buffer,
    key?: string,
    contentType = 'application/json',
  ): Promise<{ status: number; text: string }> {
    try {
      const response = await this.pool.request({
        method,
        path,
        headers: {
          authorization: `Bearer ${this.options.apiKey}`,
          ...(body === undefined ? {} : { 'content-type': contentType }),
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

type Direct = Exclude<PspAct, { readonly setupId: string }>;

function callOf(reference: string, act: Direct): { path: string; body: object } {
  switch (act.kind) {
    case 'PAYMENT': {
      const { amountMinor, currency, token } = act;
      const how = {
        capture: act.capture !== 'MANUAL',
        confirm: act.confirm !== 'LATER',
        ...(act.initiator === 'MERCHANT' && { offSession: true }),
      };
      const body = { amountMinor, currency, token, ...how, reference, metadata: {} };
      return { path: '/api/payments', body };
    }
    case 'CONFIRM':
      return { path: `/api/payments/${act.pspPaymentId}/confirm`, body: { reference } };
    case 'CAPTURE': {
      const body = { amountMinor: act.amountMinor, reference };
      return { path: `/api/payments/${act.pspPaymentId}/capture`, body };
    }
    case 'VOID':
      return { path: `/api/payments/${act.pspPaymentId}/void`, body: { reference } };
    case 'REFUND': {
      const { amountMinor, pspPaymentId: paymentId } = act;
      return { path: '/api/refunds', body: { paymentId, amountMinor, reference } };
    }
    case 'PAYOUT': {
      const { kind: _kind, ...payout } = act;
      return { path: '/api/payouts', body: { ...payout, reference } };
    }
    case 'CANCEL_PAYOUT':
      return { path: `/api/payouts/${act.pspPayoutId}/cancel`, body: { reference } };
    case 'METHOD':
      return { path: '/api/methods', body: { token: act.token, reference } };
    case 'DETACH':
      return { path: `/api/methods/${act.pspMethodId}/detach`, body: { reference } };
    case 'EVIDENCE': {
      const body = { evidence: act.fields, reference };
      return { path: `/api/disputes/${act.pspDisputeId}/evidence`, body };
    }
    case 'ACCEPT_DISPUTE':
      return { path: `/api/disputes/${act.pspDisputeId}/accept`, body: { reference } };
  }
}

function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
