import Stripe from 'stripe';
import { z } from 'zod';
import { CALL_DEADLINE_MS, MAX_SKEW_MS } from './janitor.rules';
import {
  type DetachRequestToPsp,
  type DisputeAnswer,
  type EvidenceFile,
  type FileReply,
  OBJECT_OF,
  type PspAct,
  type PspBalances,
  type PspLine,
  type PspNotice,
  type PspObject,
  type PspOptions,
  type PspPort,
  type PspReply,
  type PspRequest,
  type SentOperation,
} from './psp.port';
import {
  CLOCKS_APART_MS,
  PAGE,
  STRIPE_CAPABILITIES,
  answered,
  moneyFor,
  readBalance,
  readDispute,
  readLine,
  readMethod,
  readPayment,
  readPayout,
  readRefund,
  readSetup,
} from './stripe-reading.adapter';
import { answerDispute, keepFile } from './stripe-dispute.adapter';
import { forget } from './stripe-setup.adapter';

/** What Stripe says of an object that is not there. Any other refusal of a read says nothing about the object. */
const MISSING = 'RESOURCE_MISSING';
/** Only the charge says which card it was. */
const WITH_CHARGE = { expand: ['latest_charge'] };

const noticeShape = z.object({
  id: z.string(),
  type: z.string(),
  data: z.object({
    object: z.object({
      id: z.string(),
      object: z.string(),
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  }),
});

/** Stripe, or whatever speaks its dialect at another address. */
export class StripePspAdapter implements PspPort {
  readonly capabilities = STRIPE_CAPABILITIES;
  private readonly stripe: Stripe;

  constructor(private readonly options: PspOptions) {
    const { hostname, port, protocol } = new URL(options.url);
    const plain = protocol === 'http:';
    this.stripe = new Stripe(options.apiKey, {
      host: hostname,
      port: port === '' ? (plain ? 80 : 443) : Number(port),
      protocol: plain ? 'http' : 'https',
      // Whether to try again is decided by the janitor, who knows what became of the act. After a reset connection
      // the package still tries once more: with the same key, so that nothing is done twice.
      maxNetworkRetries: 0,
      timeout: CALL_DEADLINE_MS,
      telemetry: false,
    });
  }

  send(operationId: string, act: PspAct): Promise<PspReply> {
    return answered(() => {
      switch (act.kind) {
        case 'PAYMENT':
        case 'REFUND':
        case 'PAYOUT':
          return this.make(operationId, act);
        case 'EVIDENCE':
        case 'ACCEPT_DISPUTE':
          return answerDispute(this.stripe, operationId, act);
        case 'CONFIRM':
        case 'CAPTURE':
        case 'VOID':
        case 'CANCEL_PAYOUT':
        case 'METHOD':
          return this.change(operationId, act);
        case 'DETACH':
          return forget(this.stripe, operationId, act);
      }
    });
  }

  keepFile(key: string, file: EvidenceFile): Promise<FileReply> {
    return keepFile(this.stripe, key, file);
  }

  find(operation: SentOperation): Promise<PspReply> {
    const { id, request, pspId, createdAt } = operation;
    if (pspId !== null) return this.get(OBJECT_OF[request.kind], pspId);
    return answered(async () => {
      switch (request.kind) {
        case 'PAYMENT': {
          const query = `metadata['operation']:'${id}'`;
          const { data } = await this.stripe.paymentIntents.search({
            query,
            limit: 1,
            expand: ['data.latest_charge'],
          });
          return data[0] === undefined ? undefined : readPayment(data[0]);
        }
        case 'REFUND': {
          const { pspPaymentId } = request;
          const list = this.stripe.refunds.list({ payment_intent: pspPaymentId, limit: PAGE });
          for await (const one of list) if (isOurs(one, id)) return readRefund(one);
          return undefined;
        }
        case 'PAYOUT': {
          const gte = Math.floor((createdAt.getTime() - CLOCKS_APART_MS) / 1000);
          const list = this.stripe.payouts.list({ created: { gte }, limit: PAGE });
          for await (const one of list) if (isOurs(one, id)) return readPayout(one);
          return undefined;
        }
        case 'EVIDENCE': {
          const found = await this.stripe.disputes.retrieve(request.pspDisputeId);
          return found.evidence_details.submission_count > 0 ? readDispute(found) : undefined;
        }
        case 'ACCEPT_DISPUTE': {
          const found = await this.stripe.disputes.retrieve(request.pspDisputeId);
          return found.status === 'lost' ? readDispute(found) : undefined;
        }
        case 'DETACH':
          return undefined; // forgotten twice is forgotten
      }
    });
  }

  async get(object: PspObject['object'], pspId: string): Promise<PspReply> {
    const { paymentIntents, refunds, payouts, disputes, paymentMethods, setupIntents } =
      this.stripe;
    const reply = await answered(async () => {
      switch (object) {
        case 'payment':
          return readPayment(await paymentIntents.retrieve(pspId, WITH_CHARGE));
        case 'refund':
          return readRefund(await refunds.retrieve(pspId));
        case 'payout':
          return readPayout(await payouts.retrieve(pspId));
        case 'dispute':
          return readDispute(await disputes.retrieve(pspId));
        case 'method':
          return pspId.startsWith('seti_')
            ? readSetup(await setupIntents.retrieve(pspId, { expand: ['payment_method'] }))
            : readMethod(await paymentMethods.retrieve(pspId));
      }
    });
    return reply.kind === 'REFUSED' && reply.code === MISSING ? { kind: 'ABSENT' } : reply;
  }

  async balances(): Promise<PspBalances | undefined> {
    try {
      return readBalance(await this.stripe.balance.retrieve());
    } catch {
      return undefined;
    }
  }

  async listSettlement(from: Date, to: Date): Promise<readonly PspLine[] | undefined> {
    const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);
    try {
      const lines: PspLine[] = [];
      const list = this.stripe.balanceTransactions.list({
        created: { gte: seconds(from), lt: seconds(to) },
        expand: ['data.source'],
        limit: PAGE,
      });
      // a capture is reported when it is in, days before Stripe can move it
      for await (const one of list) lines.push(readLine(one));
      return lines.reverse();
    } catch {
      return undefined;
    }
  }

  parseWebhook(
    body: Buffer,
    headers: Readonly<Record<string, string>>,
    now: Date,
  ): PspNotice | undefined {
    const header = headers['stripe-signature'] ?? '';
    const signedAt = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(header)?.[1]) * 1000;
    // The package only refuses the past: a header dated ahead would be good for as long again.
    if (!(Math.abs(now.getTime() - signedAt) <= MAX_SKEW_MS)) return undefined;
    const { webhookSecret } = this.options;
    try {
      const tolerance = MAX_SKEW_MS / 1000;
      const event = this.stripe.webhooks.constructEvent(
        ...([body, header, webhookSecret, tolerance, undefined, now.getTime()] as const),
      );
      const { id, type, data } = noticeShape.parse(event);
      const about = data.object;
      return {
        id,
        type,
        reference: about.metadata?.['operation'] ?? '',
        pspId: about.id,
        about: about.object === 'dispute' ? 'DISPUTE' : 'OPERATION',
      };
    } catch {
      return undefined;
    }
  }

  /** What makes something. */
  private async make(
    id: string,
    act: Exclude<PspRequest, DisputeAnswer | DetachRequestToPsp>,
  ): Promise<PspObject | undefined> {
    const { paymentIntents, refunds, payouts } = this.stripe;
    const key = { idempotencyKey: id };
    const metadata = { operation: id };
    switch (act.kind) {
      case 'PAYMENT': {
        const params = {
          ...{ ...moneyFor(act), payment_method: act.token, metadata },
          capture_method: act.capture === 'MANUAL' ? ('manual' as const) : ('automatic' as const),
          confirm: act.confirm !== 'LATER',
          ...(act.initiator === 'MERCHANT' && { off_session: true }),
          ...WITH_CHARGE,
        };
        return readPayment(await paymentIntents.create(params, key));
      }
      case 'REFUND': {
        const { pspPaymentId: payment_intent, amountMinor } = act;
        const currency = act.currency ?? (await paymentIntents.retrieve(payment_intent)).currency;
        const { amount } = moneyFor({ amountMinor, currency: currency.toUpperCase() });
        return readRefund(await refunds.create({ payment_intent, amount, metadata }, key));
      }
      case 'PAYOUT': {
        const method = act.speed === 'INSTANT' ? 'instant' : 'standard';
        const params = {
          ...moneyFor(act),
          destination: act.destination,
          method,
          metadata,
        } as const;
        return readPayout(await payouts.create(params, key));
      }
    }
  }

  /** What changes something that was made. */
  private async change(
    id: string,
    act: Exclude<PspAct, PspRequest>,
  ): Promise<PspObject | undefined> {
    const { paymentIntents, payouts, setupIntents } = this.stripe;
    const key = { idempotencyKey: id };
    switch (act.kind) {
      case 'CONFIRM':
        return readPayment(await paymentIntents.confirm(act.pspPaymentId, WITH_CHARGE, key));
      case 'CAPTURE': {
        const { amount: amount_to_capture } = moneyFor(act);
        const params = { amount_to_capture, ...WITH_CHARGE };
        return readPayment(await paymentIntents.capture(act.pspPaymentId, params, key));
      }
      case 'VOID':
        return readPayment(await paymentIntents.cancel(act.pspPaymentId, {}, key));
      case 'CANCEL_PAYOUT':
        return readPayout(await payouts.cancel(act.pspPayoutId, {}, key));
      case 'METHOD': {
        const params = { payment_method: act.token, confirm: true, metadata: { operation: id } };
        const expand = ['payment_method'];
        return readSetup(await setupIntents.create({ ...params, expand }, key));
      }
    }
  }
}

const isOurs = (one: { metadata: Stripe.Metadata | null }, id: string): boolean =>
  one.metadata?.['operation'] === id;
