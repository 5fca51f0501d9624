import type { PaymentId } from '#contracts/ids';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type TimerHandlers, setTimer } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import { usableIn } from '../methods/saved-method.service';
import { type TenderId, renewalIds } from '../payments.ids';
import { recordIn, recordOf } from '../psp/operation.service';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { PspCapabilities, PspReply } from '../psp/psp.port';
import {
  AUTHORIZATION_POLICY,
  type AuthorizationPolicy,
  type EndCause,
  atEndOf,
  authorizationMs,
} from './authorization.rules';
import { type Paying, lockPaying } from './funding.service';
import { OPERATION_EVENT, stillDue } from './tender-news.rules';
import type { TenderRenewalRow } from './tender-renewal.entity';
import type { TenderEvent } from './tender.machine';

/** A tender that can be charged without its payer, and the token to do it with. */
interface Kept {
  readonly tenderId: TenderId;
  readonly amountMinor: bigint;
  readonly token: string;
}

const INSERT = `
  insert into "tenderRenewal" (id, "paymentId", "tenderId", number, state, "operationId", "createdAt")
  select o.subject, $1, x.tender, $2, 'SENT', o.id, $3
  from unnest($4::text[], $5::text[]) as x (renewal, tender)
    join "pspOperation" o on o.subject = x.renewal`;

// The act's subject is the tender that it stands for; the one replaced stands for itself and nothing else.
const REPLACE = `
  with o as (update "pspOperation" set subject = $2 where id = $1),
  t as (
    update tender set "pspPaymentId" = $3, brand = coalesce($4, brand), last4 = coalesce($5, last4)
    where id = $2)
  update "tenderRenewal" set state = 'DONE', "replacedId" = $6 where "operationId" = $1`;

/**
 * T14: an authorization is about to end and nobody has looked at its payment. What its buyer keeps with us is authorized
 * once more under a key of its own, and only when that is there the first is voided; else a person is called, and the
 * payment ends in time. Nothing is ever captured here, so that at most one of the two can be.
 */
export class RenewalService {
  constructor(
    private readonly outgoing: Outgoing,
    private readonly capabilities: Pick<PspCapabilities, 'renews' | 'maxHoldDays'>,
    private readonly log: Logger,
    private readonly policy: AuthorizationPolicy = AUTHORIZATION_POLICY,
  ) {}

  timers(): TimerHandlers {
    return { T14: (tx, { subject }) => this.ending(tx, subject as PaymentId) };
  }

  /** News about a charge that stands for no tender: a second authorization under way, or what one has replaced. */
  async heardIn(
    tx: Tx,
    paying: Paying,
    operation: PspOperationRow,
    event: TenderEvent,
    reply: PspReply,
  ): Promise<void> {
    const state = paying.operationState;
    const fresh = recordOf({ ...operation, state }, OPERATION_EVENT[event], reply, tx.now);
    const record = stillDue(fresh, paying.operationNextAt, tx.now);
    if (record !== undefined) await recordIn(tx, operation.id, record);
    if (event === 'capture') {
      const alarm = { alarm: 'AUTHORIZATION_CAPTURED_UNASKED', operation: operation.id };
      this.log.error(alarm, 'captured at the PSP by somebody else; nothing was booked');
    }
    if (event === 'wait' || event === 'lose') return;
    const renewal = await tx.first<TenderRenewalRow>(
      `select * from "tenderRenewal" where "operationId" = $1 and state = 'SENT'`,
      [operation.id],
    );
    if (renewal === undefined) return;
    const review = await openReview(tx, paying);
    if (event === 'authorize' && reply.kind === 'OBJECT' && review !== undefined) {
      await this.replaceIn(tx, renewal, reply.object);
      return;
    }
    await this.overIn(tx, renewal);
    if (event !== 'authorize') this.call(paying, 'RENEWAL_REFUSED', review?.dueAt);
  }

  private async ending(tx: Tx, paymentId: PaymentId): Promise<void> {
    const [first] = await tx.query<{ id: string }>(
      'select id from tender where "paymentId" = $1 order by number',
      [paymentId],
    );
    if (first === undefined) return;
    const paying = await lockPaying(tx, first.id, '');
    const review = await openReview(tx, paying);
    if (review === undefined) return;
    const kept = await keptIn(tx, paying);
    const end = atEndOf(this.policy, this.capabilities, {
      renewed: await timesRenewed(tx, paymentId),
      areKept: kept !== undefined,
    });
    if ('cause' in end) this.call(paying, end.cause, review.dueAt);
    else await this.askAgain(tx, paying, kept ?? [], end.number);
  }

  private async askAgain(
    tx: Tx,
    { payment: { id, currency } }: Paying,
    kept: readonly Kept[],
    number: number,
  ): Promise<void> {
    const asked = kept.map((one) => ({ ...one, renewalId: renewalIds.create() }));
    await this.outgoing.writeIn(
      tx,
      asked.map(({ renewalId: subject, amountMinor, token }) => ({
        ...{ subject, state: 'READY', nextAt: tx.now },
        request: {
          ...{ kind: 'PAYMENT', amountMinor: amountMinor.toString(), currency, token },
          ...{ capture: 'MANUAL', initiator: 'MERCHANT' },
        },
      })),
    );
    await tx.query(INSERT, [
      ...[id, number, tx.now],
      asked.map(({ renewalId }) => renewalId),
      asked.map(({ tenderId }) => tenderId),
    ]);
  }

  /** The second authorization is the tender's from here on; the janitor voids the first, which nobody wants any more. */
  private async replaceIn(
    tx: Tx,
    { tenderId, operationId, paymentId, number, createdAt }: TenderRenewalRow,
    { id: pspId, card }: { id: string; card?: { brand: string; last4: string } },
  ): Promise<void> {
    const replaced = await tx.first<{ id: string }>(
      `update "pspOperation" set subject = id, "nextAt" = $2
       where subject = $1 and state = 'PENDING' returning id`,
      [tenderId, tx.now],
    );
    if (replaced === undefined) throw new Error(`${tenderId} is authorized by nothing`);
    await tx.query(REPLACE, [
      ...[operationId, tenderId, pspId, card?.brand ?? null, card?.last4 ?? null, replaced.id],
    ]);
    tx.afterCommit(() => this.outgoing.onReady());
    if (!(await areAllRenewed(tx, paymentId, number))) return;
    const until = after(createdAt, authorizationMs(this.capabilities));
    await tx.query(
      `update "riskReview" set "dueAt" = $2
       where subject = $1 and point = 'CHECKOUT' and state = 'OPEN'`,
      [paymentId, until],
    );
    const again = { subject: paymentId, kind: 'T14', version: 1 };
    await setTimer(tx, again, after(until, -this.policy.aheadMs));
  }

  /** Refused, or nobody wants it any more: what the PSP may have made of it is voided. */
  private async overIn(tx: Tx, { id, operationId }: TenderRenewalRow): Promise<void> {
    await tx.query(
      `with o as (
         update "pspOperation" set "nextAt" = $3 where id = $2 and state = 'PENDING')
       update "tenderRenewal" set state = 'OVER' where id = $1`,
      [id, operationId, tx.now],
    );
    tx.afterCommit(() => this.outgoing.onReady());
  }

  private call({ payment }: Paying, cause: EndCause, endsAt: Date | null | undefined): void {
    const alarm = { alarm: 'AUTHORIZATION_ENDS', paymentId: payment.id, cause, endsAt };
    this.log.error(alarm, 'an authorization ends and its review is open: it will be voided');
  }
}

/** The tender that a charge is or was about, when it stands for none now. */
export async function renewedTender(tx: Tx, operationId: string): Promise<TenderId> {
  const row = await tx.first<{ tenderId: TenderId }>(
    'select "tenderId" from "tenderRenewal" where "operationId" = $1 or "replacedId" = $1',
    [operationId],
  );
  if (row === undefined) throw new Error(`${operationId} is about no tender`);
  return row.tenderId;
}

/** The review that an authorized payment still waits for. Its order group is locked, so nobody decides meanwhile. */
const openReview = async (
  tx: Tx,
  { payment }: Paying,
): Promise<{ readonly dueAt: Date | null } | undefined> =>
  payment.state === 'AUTHORIZED'
    ? tx.first<{ dueAt: Date | null }>(
        `select "dueAt" from "riskReview"
         where subject = $1 and point = 'CHECKOUT' and state = 'OPEN'`,
        [payment.id],
      )
    : undefined;

/** What can be charged again of a payment; undefined when something of it cannot, or no PSP was asked. */
async function keptIn(tx: Tx, { payment }: Paying): Promise<Kept[] | undefined> {
  const asked = await tx.query<{ id: TenderId; amountMinor: bigint; methodId: string | null }>(
    `select id, "amountMinor", "methodId" from tender
     where "paymentId" = $1 and "creditAccountId" is null order by number`,
    [payment.id],
  );
  const kept: Kept[] = [];
  for (const { id: tenderId, amountMinor, methodId } of asked) {
    const method = await usableIn(tx, payment.buyerId, methodId ?? '');
    if (method === undefined) return undefined;
    kept.push({ tenderId, amountMinor, token: method.pspMethodId });
  }
  return kept.length === 0 ? undefined : kept;
}

async function timesRenewed(tx: Tx, paymentId: PaymentId): Promise<number> {
  const row = await tx.first<{ times: number }>(
    'select coalesce(max(number), 0) as times from "tenderRenewal" where "paymentId" = $1',
    [paymentId],
  );
  return row?.times ?? 0;
}

async function areAllRenewed(tx: Tx, paymentId: PaymentId, number: number): Promise<boolean> {
  const old = await tx.query(
    `select 1 as one from tender t
     where t."paymentId" = $1 and t."creditAccountId" is null and not exists (
       select 1 from "tenderRenewal" r
       where r."tenderId" = t.id and r.number = $2 and r.state = 'DONE') limit 1`,
    [paymentId, number],
  );
  return old.length === 0;
}
