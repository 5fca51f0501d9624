import { type OrderGroupId, type PaymentId, paymentIds } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import { after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { digest as digestOf, once } from '#kernel/db/idempotency';
import { uuidOf } from '#kernel/ids/id';
import type { Money } from '#kernel/money/money';
import { actorOf, requireBuyer } from '../balances/seller.service';
import type { AgreementService } from '../escrow/agreement.service';
import { openAccounts } from '../ledger/ledger.service';
import { tenderIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import { PSP_CONNECTION } from '../psp/book.service';
import { LEASE_MS } from '../psp/janitor.rules';
import type { OperationService } from '../psp/operation.service';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { PaymentRow } from './payment.entity';
import type { PaymentState } from './payment.rules';
import type { OpenedRequest, RequestReader } from './request-reader.service';
import { checkSum, checkTenders } from './tender.service';

export interface PaymentInput {
  readonly key: string;
  readonly paymentRequest: string;
  readonly tenders: readonly { readonly token: string; readonly amount: Money }[];
}

interface Begun {
  readonly paymentId: PaymentId;
  /** Set in the first call only: what is to be sent now. */
  readonly operations?: readonly PspOperationRow[];
}

const INSERT = `
  with p as (
    insert into payment (id, "orderGroupId", part, "buyerId", "orderIds", currency, "amountMinor",
      state, "fundsAccountId", "clearingAccountId", "createdAt")
    values ($1, $2, 'WHOLE', $3, $4, $5, $6, 'CREATED', $7, $8, $9))
  insert into tender (id, "ledgerId", "paymentId", number, "amountMinor", state)
  select id, uuid, $1, n, amount, 'CREATED'
  from unnest($10::text[], $11::uuid[], $12::bigint[]) with ordinality as t (id, uuid, amount, n)`;

const WAIT_MS = 5_000;

/** Takes the buyer's money: payment, tenders and the acts at the PSP, committed before anything is sent. */
export class PaymentService {
  constructor(
    private readonly db: Database,
    private readonly requests: RequestReader,
    private readonly agreements: AgreementService,
    private readonly outgoing: Outgoing,
    private readonly operations: OperationService,
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
    const intent = { scope, key, input: { group: request.orderGroupId, tenders } };
    const begun = await this.db.transaction(viewer, (tx) => this.begin(tx, intent, request, input));
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
    { tenders, paymentRequest }: PaymentInput,
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
      await refuseSecond(tx, group.id);
      const id = paymentIds.create();
      const orderIds = escrows.map(({ orderId }) => orderId);
      const made = await this.insert(tx, { id, orderIds, request, tenders });
      operations = made;
      return { paymentId: id, request: digestOf(paymentRequest) };
    });
    return { paymentId, ...(operations === undefined ? {} : { operations }) };
  }

  private async insert(
    tx: Tx,
    payment: {
      id: PaymentId;
      orderIds: readonly string[];
      request: OpenedRequest;
      tenders: PaymentInput['tenders'];
    },
  ): Promise<PspOperationRow[]> {
    const { id, orderIds, request, tenders } = payment;
    const { currency } = request;
    const [funds = 0n, clearing = 0n] = await openAccounts(tx, [
      { kind: 'PAYMENT_FUNDS', owner: uuidOf(id), currency },
      { kind: 'PSP_CLEARING', owner: PSP_CONNECTION, currency },
    ]);
    const ids = tenders.map(() => tenderIds.create());
    await tx.query(INSERT, [
      id,
      request.orderGroupId,
      request.buyerId,
      orderIds,
      currency,
      request.totalMinor,
      funds,
      clearing,
      tx.now,
      ids,
      ids.map(uuidOf),
      tenders.map(({ amount }) => amount.minor),
    ]);
    return this.outgoing.writeIn(
      tx,
      tenders.map(({ token, amount }, n) => ({
        subject: ids[n] ?? '',
        state: n === 0 ? 'SENT' : 'READY',
        nextAt: after(tx.now, LEASE_MS),
        request: { kind: 'PAYMENT', amountMinor: amount.minor.toString(), currency, token },
      })),
    );
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

/** The group is locked: of two payments with different keys the second sees the first. */
async function refuseSecond(tx: Tx, groupId: OrderGroupId): Promise<void> {
  const live = await tx.first<{ state: PaymentState }>(
    `select state from payment where "orderGroupId" = $1 and state not in ('FAILED', 'EXPIRED')`,
    [groupId],
  );
  if (live === undefined) return;
  throw refuse(live.state === 'UNKNOWN' ? 'PAYMENT_OUTCOME_UNKNOWN' : 'PAYMENT_IN_PROGRESS', {
    retryable: live.state !== 'CAPTURED',
  });
}
