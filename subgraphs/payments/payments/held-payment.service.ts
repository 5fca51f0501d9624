import type { Queries, Tx } from '#kernel/db/database';
import { freeIn } from '../credit/credit-tender.service';
import { refuse } from '../payments.errors';
import type { Outgoing } from '../psp/outgoing.service';
import type { RiskReviewRow } from '../risk/risk-review.entity';
import type { RiskService } from '../risk/risk.service';
import type { CreditPaymentService } from './credit-payment.service';
import { type Paying, lockPaying } from './funding.service';
import { tellAuthorized, tellFailed } from './payment-facts.service';

/** Until when an authorized payment waits for its review or its capture; undefined when none does. */
export async function heldUntil(tx: Tx, groupId: string): Promise<Date | undefined> {
  const held = await tx.first<{ dueAt: Date }>(
    `select r."dueAt" from payment p join "riskReview" r on r.subject = p.id
     where p."orderGroupId" = $1 and p.state = 'AUTHORIZED' and r.point = 'CHECKOUT'
       and r.state in ('OPEN', 'APPROVED') and r."dueAt" > $2`,
    [groupId, tx.now],
  );
  return held?.dueAt;
}

/**
 * True for the charge of a tender whose payment was approved and is authorized as a whole. Once true it stays so until it
 * is captured: what a person has decided on is not authorized anew.
 */
export async function isToCapture(db: Queries, operationId: string): Promise<boolean> {
  const row = await db.first(
    `select 1 as one from "pspOperation" o join tender t on t.id = o.subject
       join payment p on p.id = t."paymentId"
       join "riskReview" r on r.subject = p.id and r.point = 'CHECKOUT'
     where o.id = $1 and p.state = 'AUTHORIZED' and r.state = 'APPROVED'`,
    [operationId],
  );
  return row !== undefined;
}

/** All of a payment is authorized: if it was approved before that (the payer took longer), it is captured now. */
export async function authorizedIn(tx: Tx, paying: Paying): Promise<void> {
  tellAuthorized(tx, paying);
  await wakeIn(tx, paying.payment.id, 'APPROVED');
}

/** The PSP is asked about the payment's tenders at once: what is approved is captured, what is over is voided. */
const wakeIn = (tx: Tx, paymentId: string, when: 'APPROVED' | 'ALWAYS') =>
  tx.query(
    `update "pspOperation" set "nextAt" = $2
     where state in ('PENDING', 'UNKNOWN')
       and subject in (select id from tender where "paymentId" = $1)
       and ($3 = 'ALWAYS' or exists (select 1 from "riskReview" r
         where r.subject = $1 and r.point = 'CHECKOUT' and r.state = 'APPROVED'))`,
    [paymentId, tx.now, when],
  );

/** What a review means for a payment that is only authorized, or about to be. */
export class HeldPaymentService {
  constructor(
    private readonly risk: RiskService,
    private readonly outgoing: Outgoing,
    private readonly credits: CreditPaymentService,
  ) {}

  /** Captures it, or voids it: the buyer may then pay in another way. True when it is captured. */
  async reviewedIn(tx: Tx, { subject }: RiskReviewRow, isApproved: boolean): Promise<boolean> {
    const [tender] = await tx.query<{ id: string }>(
      'select id from tender where "paymentId" = $1 order by number',
      [subject],
    );
    if (tender === undefined) throw new Error(`there is no payment ${subject}`);
    const paying = await lockPaying(tx, tender.id, '');
    const { state } = paying.payment;
    if (state === 'CAPTURED' || state === 'FAILED' || state === 'EXPIRED') {
      throw refuse('TRANSITION_NOT_ALLOWED');
    }
    const goesOn = isApproved && (await this.risk.mayCaptureIn(tx, paying));
    if (!goesOn) await declineIn(tx, paying);
    else if (paying.tenders.every(({ isCredit }) => isCredit))
      await this.credits.captureIn(tx, subject);
    await wakeIn(tx, paying.payment.id, 'ALWAYS');
    tx.afterCommit(() => this.outgoing.onReady());
    return goesOn;
  }
}

/** Nothing was taken yet. What was not sent never is; what is authorized is voided by the janitor. */
async function declineIn(tx: Tx, paying: Paying): Promise<void> {
  const { id } = paying.payment;
  await tx.query(
    `with t as (
       update tender set state = 'FAILED', "declineCode" = $2, "actionUrl" = null
       where "paymentId" = $1 and state not in ('FAILED', 'EXPIRED') returning id),
     o as (
       update "pspOperation" set state = 'REJECTED', "nextAt" = null, detail = 'NOT_SENT'
       where state = 'READY' and subject in (select id from t))
     update payment set state = 'FAILED', version = version + 1 where id = $1`,
    [id, DECLINED],
  );
  await freeIn(tx, [id]);
  tellFailed(tx, paying, DECLINED);
}

/** What a party hears of it: the same as of any card that was declined. */
const DECLINED = 'declined';
