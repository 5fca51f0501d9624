import type { Queries, Tx } from '#kernel/db/database';
import { allocateMinor } from '#kernel/money/money';
import type { Logger } from '#kernel/server/log';
import { type OperationOwner, recordIn, recordOf } from '../psp/operation.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { PspObject, PspReply } from '../psp/psp.port';
import { tenderIds } from '../payments.ids';
import type { RefundService } from '../refunds/refund.service';
import { expireReviewsIn } from '../risk/review-queue.service';
import { freeIn } from '../credit/credit-tender.service';
import { creditLegs } from './credit-payment.service';
import { fundingLegs } from './funding.rules';
import { type Paying, type TenderNews, lockPaying, toFund, writeNews } from './funding.service';
import { tellFailed, tellFunded } from './payment-facts.service';
import { authorizedIn, isToCapture } from './held-payment.service';
import { settleTender } from './payment.rules';
import { type RenewalService, renewedTender } from './renewal.service';
import { OPERATION_EVENT, stillDue, tenderEvent } from './tender-news.rules';

const WANTED = `
  select 1 as one from "pspOperation" o join tender t on t.id = o.subject
    join payment p on p.id = t."paymentId"
  where o.id = $1 and p.state not in ('FAILED', 'EXPIRED') and t.state not in ('FAILED', 'EXPIRED')
  union all
  select 1 from "tenderRenewal" n join payment p on p.id = n."paymentId" and p.state = 'AUTHORIZED'
    join "riskReview" r on r.subject = p.id and r.point = 'CHECKOUT' and r.state = 'OPEN'
  where n."operationId" = $1 and n.state = 'SENT'`;

type Tender = Paying['tenders'][number];

/**
 * What the PSP's word on a charge means, whoever brings it (reply, webhook, janitor) and however often: the tender
 * moves, the escrows are funded with the last one, and money that came too late is booked and sent back.
 */
export class SettlementService implements OperationOwner {
  constructor(
    private readonly refunds: RefundService,
    private readonly renewals: RenewalService,
    private readonly log: Logger,
  ) {}

  /**
   * A charge of a payment that failed or expired meanwhile is not sent again, nor one that another has replaced: what
   * is not wanted once never will be. The act is read anew: it may have been replaced since it was taken.
   */
  async wanted(db: Queries, { id }: PspOperationRow): Promise<boolean> {
    return (await db.first(WANTED, [id])) !== undefined;
  }

  /** A payment that a person had to look at is captured once it was approved and all of it is authorized. */
  captures(db: Queries, { id }: PspOperationRow): Promise<boolean> {
    return isToCapture(db, id);
  }

  async settle(tx: Tx, operation: PspOperationRow, reply: PspReply): Promise<void> {
    const event = tenderEvent(reply);
    if (event === undefined) return;
    const tenderId = tenderIds.parse(operation.subject) ?? (await renewedTender(tx, operation.id));
    const paying = await lockPaying(tx, tenderId, operation.id);
    if (paying.operationSubject !== tenderId) {
      await this.renewals.heardIn(tx, paying, operation, event, reply);
      return;
    }
    const tender = paying.tenders.find(({ id }) => id === tenderId);
    if (tender === undefined) throw new Error(`there is no tender ${tenderId}`);
    if (event === 'capture' && !this.isRight(tender, paying, reply)) return;
    const state = paying.operationState;
    const fresh = recordOf({ ...operation, state }, OPERATION_EVENT[event], reply, tx.now);
    const record = stillDue(fresh, paying.operationNextAt, tx.now);
    const decision = settleTender(paying.payment.state, paying.tenders, tender.id, event);
    if (decision.kind === 'NOTHING') {
      if (record !== undefined) await recordIn(tx, operation.id, record);
      return;
    }
    const news = newsOf(operation, tender, reply, record ?? succeeded(reply));
    if (decision.kind === 'LATE_MONEY') {
      await this.lateMoney(tx, paying, tender, {
        ...news,
        tenderState: tender.state,
        paymentState: paying.payment.state,
      });
    } else {
      const { tender: tenderState, payment: paymentState, money, takesCredit } = decision;
      const credit = takesCredit ? paying.tenders.find(({ isCredit }) => isCredit) : undefined;
      const moved = { ...news, tenderState, paymentState, creditTaken: credit?.id ?? null };
      await this.move(tx, paying, tender, moved, money);
    }
  }

  /** The PSP must have taken exactly what was asked; anything else is looked at by a person. */
  private isRight(tender: Tender, { payment }: Paying, reply: PspReply): boolean {
    if (reply.kind !== 'OBJECT') return false;
    const { capturedMinor, currency } = reply.object;
    if (capturedMinor === tender.amountMinor && currency === payment.currency) return true;
    this.log.error(
      { alarm: 'CAPTURE_DIFFERS', tenderId: tender.id, capturedMinor: capturedMinor.toString() },
      'the PSP captured another amount than was asked; nothing was booked',
    );
    return false;
  }

  private async move(
    tx: Tx,
    paying: Paying,
    tender: Tender,
    news: TenderNews,
    money: boolean,
  ): Promise<void> {
    const complete = news.paymentState === 'CAPTURED';
    const { fund, giveBack } = complete ? toFund(paying) : { fund: [], giveBack: [] };
    const accounts = {
      clearing: paying.payment.clearingAccountId,
      funds: paying.payment.fundsAccountId,
    };
    const credit = paying.tenders.find(({ id }) => id === news.creditTaken);
    const more = credit === undefined ? [] : await creditLegs(tx, paying, credit);
    await writeNews(tx, paying, {
      ...news,
      fund,
      complete,
      capturedMinor: money ? tender.amountMinor : 0n,
      legs: money ? [...fundingLegs(tender, accounts, fund), ...more] : [],
    });
    if (complete) tellFunded(tx, paying, fund);
    if (news.paymentState === 'AUTHORIZED') await authorizedIn(tx, paying);
    for (const { escrowId, orderId, totalMinor: amountMinor } of giveBack) {
      const order = { escrowId, orderId };
      await this.refunds.lateIn(tx, { ...lateOf(paying, 'ORDER_CANCELLED'), order, amountMinor });
    }
    const failed = news.paymentState === 'FAILED' && paying.payment.state !== 'FAILED';
    if (failed) await this.failed(tx, paying, news.declineCode ?? 'declined');
  }

  /** One tender failed: those not sent yet never are, those authorized are voided, those captured already go back. */
  private async failed(tx: Tx, paying: Paying, reason: string): Promise<void> {
    const { id } = paying.payment;
    await tx.query(
      `with t as (select id from tender where "paymentId" = $1),
       v as (
         update "pspOperation" set "nextAt" = $2
         where state = 'PENDING' and subject in (select id from t))
       update "pspOperation" set state = 'REJECTED', "nextAt" = null, detail = 'NOT_SENT'
       where state = 'READY' and subject in (select id from t)`,
      [id, tx.now],
    );
    await tx.query(
      `update tender set state = 'FAILED' where "paymentId" = $1 and (state = 'CREATED'
         or state = 'AUTHORIZED' and "creditAccountId" is not null)`,
      [id],
    );
    await freeIn(tx, [id]);
    for (const { id: tenderId, capturedMinor } of paying.tenders) {
      if (capturedMinor === 0n) continue;
      const late = lateOf(paying, 'PAYMENT_FAILED');
      await this.refunds.lateIn(tx, { ...late, tenderId, amountMinor: capturedMinor });
    }
    await expireReviewsIn(tx, [id]);
    tellFailed(tx, paying, reason);
  }

  private async lateMoney(tx: Tx, paying: Paying, tender: Tender, news: TenderNews): Promise<void> {
    const { clearingAccountId: clearing, fundsAccountId: funds } = paying.payment;
    const amount = tender.amountMinor;
    const legs = fundingLegs(tender, { clearing, funds }, []);
    await writeNews(tx, paying, { ...news, capturedMinor: amount, legs });
    this.log.warn({ paymentId: paying.payment.id }, 'late money: booked and sent back');
    const late = { ...lateOf(paying, 'PAID_TOO_LATE'), tenderId: tender.id };
    if (paying.payment.state === 'FAILED') {
      await this.refunds.lateIn(tx, { ...late, amountMinor: amount });
      return;
    }
    const parts = allocateMinor(
      amount,
      paying.orders.map(({ totalMinor }) => totalMinor),
    );
    for (const [n, { escrowId, orderId }] of paying.orders.entries()) {
      const amountMinor = parts[n] ?? 0n;
      if (amountMinor === 0n) continue;
      await this.refunds.lateIn(tx, { ...late, amountMinor, order: { escrowId, orderId } });
    }
  }
}

const lateOf = ({ payment }: Paying, cause: string) => ({
  paymentId: payment.id,
  fundsAccountId: payment.fundsAccountId,
  currency: payment.currency,
  cause,
});

const objectOf = (reply: PspReply): PspObject | undefined =>
  reply.kind === 'OBJECT' ? reply.object : undefined;

const succeeded = (reply: PspReply) => ({
  state: 'SUCCEEDED' as const,
  nextAt: null,
  pspId: objectOf(reply)?.id ?? null,
  detail: null,
});

function newsOf(
  operation: PspOperationRow,
  tender: Tender,
  reply: PspReply,
  record: TenderNews['record'],
): TenderNews {
  return {
    operationId: operation.id,
    record,
    tenderId: tender.id,
    tenderState: tender.state,
    capturedMinor: tender.capturedMinor,
    declineCode:
      reply.kind === 'REFUSED' ? reply.code.toLowerCase() : (objectOf(reply)?.declineCode ?? null),
    actionUrl: objectOf(reply)?.actionUrl ?? null,
    card: objectOf(reply)?.card,
    creditTaken: null,
    paymentState: 'CREATED',
    fund: [],
    complete: false,
    legs: [],
  };
}
