import { type OrderGroupId, type PaymentId, paymentIds } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { digest as digestOf, once } from '#kernel/db/idempotency';
import { actorOf, requireBuyer } from '../balances/seller.service';
import { isOverspent, overspent } from '../credit/credit-tender.service';
import type { AgreementService } from '../escrow/agreement.service';
import type { PaymentPart } from '../escrow/plan.rules';
import { refuse } from '../payments.errors';
import type { OperationService } from '../psp/operation.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { RiskService } from '../risk/risk.service';
import type { PaymentAttempts } from './payment-attempt.service';
import type { PaymentRow } from './payment.entity';
import type { PaymentState } from './payment.rules';
import type { OpenedRequest, RequestReader } from './request-reader.service';
import { type TenderMeans, meansIn } from './tender-means.service';
import { type TenderInput, checkSum, checkTenders } from './tender.service';

export interface PaymentInput {
  readonly key: string;
  readonly paymentRequest: string;
  readonly tenders: readonly TenderInput[];
  /** What the buyer's program says of the device it runs on; anybody can say anything. */
  readonly deviceId?: string | undefined;
}

interface Begun {
  readonly paymentId: PaymentId;
  /** Set in the first call only: what is to be sent now. */
  readonly operations?: readonly PspOperationRow[];
}

const WAIT_MS = 5_000;

/** Takes the buyer's money: payment, tenders and the acts at the PSP, committed before anything is sent. */
export class PaymentService {
  constructor(
    private readonly db: Database,
    private readonly requests: RequestReader,
    private readonly agreements: AgreementService,
    private readonly attempts: PaymentAttempts,
    private readonly operations: OperationService,
    private readonly risk: RiskService,
  ) {}

  /**
   * Pays an order group. Same key and input: the first answer, one charge. A declined payment refuses with
   * PAYMENT_DECLINED; a lost reply is answered with the payment in state UNKNOWN and settled by the janitor.
   */
  async create(viewer: Viewer, input: PaymentInput): Promise<PaymentId> {
    const buyer = requireBuyer(viewer);
    checkTenders(input.tenders);
    const scope = `${actorOf(viewer)}:paymentCreate`;
    const request = await this.requests.read(input.paymentRequest, buyer);
    if (request === 'EXPIRED') return this.answerOfFirst(scope, input);
    checkSum(input.tenders, request);
    const { key, tenders } = input;
    const { orderGroupId: group, part } = request;
    // not said of a whole: keys of payments that are under way keep their meaning
    const intent = {
      ...{ scope, key },
      input: { group, tenders, ...(part !== 'WHOLE' && { part }) },
    };
    const begun = await this.db
      .transaction(viewer, (tx) => this.begin(tx, intent, request, input))
      .catch((error: unknown) => {
        const credit = tenders.findIndex(({ buyerCredit }) => buyerCredit);
        throw credit >= 0 && isOverspent(error) ? overspent(credit) : error;
      });
    if (begun.operations !== undefined) await this.send(viewer, begun.operations);
    return this.outcome(begun.paymentId);
  }

  /** Reads again what became of a payment after the payer acted (3-D Secure). Buyer only. */
  async confirm(viewer: Viewer, paymentId: PaymentId): Promise<PaymentId> {
    const buyer = requireBuyer(viewer);
    const payment = await this.db.first<PaymentRow>('select * from payment where id = $1', [
      paymentId,
    ]);
    if (payment?.buyerId !== buyer) {
      throw refuse('NOT_FOUND', { field: ['input', 'paymentId'] });
    }
    const open = await this.db.query<{ id: string }>(
      `select o.id from "pspOperation" o join tender t on t.id = o.subject
       where t."paymentId" = $1 and o.state in ('PENDING', 'UNKNOWN')`,
      [paymentId],
    );
    for (const { id } of open) await this.operations.reread(id);
    return this.outcome(paymentId);
  }

  private async begin(
    tx: Tx,
    intent: { scope: string; key: string; input: unknown },
    request: OpenedRequest,
    { tenders, paymentRequest, deviceId }: PaymentInput,
  ): Promise<Begun> {
    let operations: readonly PspOperationRow[] | undefined;
    const { paymentId } = await once(tx, intent, async () => {
      const { group, differing, escrows } = await this.agreements.upsertIn(tx, request);
      if (differing.length > 0 || group.buyerId !== request.buyerId) {
        throw refuse('PAYMENT_REQUEST_INVALID', { field: ['input', 'paymentRequest'] });
      }
      if (group.state === 'EXPIRED' || group.state === 'CANCELLED') {
        throw refuse('PAYMENT_REQUEST_EXPIRED', { field: ['input', 'paymentRequest'] });
      }
      await refuseSecond(tx, group.id, request.part);
      await mustAwait(tx, escrows, request.part);
      const id = paymentIds.create();
      const orderIds = escrows.map(({ orderId }) => orderId);
      const means = await meansIn(tx, group.buyerId, tenders);
      const { outcome } = await this.risk.checkoutIn(tx, {
        ...{ paymentId: id, viewer: tx.viewer, deviceId, tenders: charged(means) },
        orderGroupId: group.id,
        ...{ buyerId: group.buyerId, currency: group.currency },
        ...{ totalMinor: request.totalMinor, orders: request.orders },
      });
      operations = await this.attempts.writeIn(tx, { id, orderIds, request, means, outcome });
      return { paymentId: id, request: digestOf(paymentRequest) };
    });
    return { paymentId, ...(operations === undefined ? {} : { operations }) };
  }

  /** One after the other: after the first that fails, the others are never sent. */
  private async send(viewer: Viewer, operations: readonly PspOperationRow[]): Promise<void> {
    for (const [n, operation] of operations.entries()) {
      if (n === 0) await this.operations.sendClaimed(operation, viewer);
      else await this.operations.sendNow(operation.id, viewer);
    }
  }

  /** What the payment came to. A double click finds it under way: it waits a little for the first one's outcome. */
  private async outcome(paymentId: PaymentId): Promise<PaymentId> {
    const deadline = Date.now() + WAIT_MS;
    for (let pause = 10; ; pause = Math.min(pause * 2, 200)) {
      const row = await this.db.first<{ state: PaymentState }>(
        'select state from payment where id = $1',
        [paymentId],
      );
      if (row?.state === 'FAILED') throw refuse('PAYMENT_DECLINED');
      if (row?.state !== 'CREATED') return paymentId;
      if (Date.now() > deadline) {
        throw refuse('IDEMPOTENCY_CONCURRENT_REQUEST', { retryable: true });
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** A request that is too old is still good for asking again about the payment that was made with it. */
  private async answerOfFirst(scope: string, input: PaymentInput): Promise<PaymentId> {
    const first = await this.db.first<{
      response: { paymentId: PaymentId; request: string } | null;
    }>('select response from idempotency where scope = $1 and key = $2', [scope, input.key]);
    if (first?.response?.request !== digestOf(input.paymentRequest)) {
      throw refuse('PAYMENT_REQUEST_EXPIRED', { field: ['input', 'paymentRequest'] });
    }
    return this.outcome(first.response.paymentId);
  }
}

/** A balance is paid after its deposit; a deposit, or all, before anything was. */
async function mustAwait(
  tx: Tx,
  escrows: readonly { readonly id: string }[],
  part: PaymentPart,
): Promise<void> {
  const others = await tx.query(
    `select 1 as one from tranche where "escrowId" = any ($1) and kind <> 'CLAIM' and state <> $2`,
    [escrows.map(({ id }) => id), part === 'BALANCE' ? 'DEPOSITED' : 'AWAITING_FUNDS'],
  );
  if (others.length === 0) return;
  throw refuse('PAYMENT_REQUEST_EXPIRED', { field: ['input', 'paymentRequest'] });
}

/** The group is locked: of two payments with different keys the second sees the first. */
async function refuseSecond(tx: Tx, groupId: OrderGroupId, part: PaymentPart): Promise<void> {
  const live = await tx.first<{ state: PaymentState }>(
    `select state from payment where "orderGroupId" = $1 and state not in ('FAILED', 'EXPIRED')
       and (part in ($2, 'WHOLE') or $2 = 'WHOLE')`,
    [groupId, part],
  );
  if (live === undefined) return;
  throw refuse(live.state === 'UNKNOWN' ? 'PAYMENT_OUTCOME_UNKNOWN' : 'PAYMENT_IN_PROGRESS', {
    retryable: live.state !== 'CAPTURED',
  });
}

/** What risk looks at of the tenders: what a PSP is asked for. */
const charged = (means: readonly TenderMeans[]) =>
  means.flatMap((one) =>
    one.kind === 'CREDIT'
      ? []
      : [
          {
            ...{ token: one.token, amount: one.amount },
            ...(one.method !== undefined && {
              ...{ fingerprint: one.method.fingerprint, country: one.method.country },
            }),
          },
        ],
  );
