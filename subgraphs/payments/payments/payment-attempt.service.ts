import type { PaymentId } from '#contracts/ids';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import { creditAccount, reserveIn } from '../credit/credit-tender.service';
import { openAccounts } from '../ledger/ledger.service';
import { type TenderId, tenderIds } from '../payments.ids';
import { PSP_CONNECTION } from '../psp/connection.rules';
import { LEASE_MS } from '../psp/janitor.rules';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { RiskOutcome } from '../risk/risk.rules';
import type { CreditPaymentService } from './credit-payment.service';
import { tellFailed } from './payment-facts.service';
import type { OpenedRequest } from './request-reader.service';
import type { TenderMeans } from './tender-means.service';

/** A payment about to be tried. */
export interface Attempt {
  readonly id: PaymentId;
  readonly orderIds: readonly string[];
  readonly request: OpenedRequest;
  readonly means: readonly TenderMeans[];
  readonly outcome: RiskOutcome;
}

const INSERT = `
  with p as (
    insert into payment (id, "orderGroupId", part, "buyerId", "orderIds", currency, "amountMinor",
      state, "fundsAccountId", "clearingAccountId", "createdAt")
    values ($1, $2, $18, $3, $4, $5, $6, $13, $7, $8, $9))
  insert into tender (id, "ledgerId", "paymentId", number, "amountMinor", state, "declineCode",
    "methodId", brand, last4, "creditAccountId")
  select id, uuid, $1, n, amount,
    case when $13 = 'CREATED' and account is not null then 'AUTHORIZED' else $13 end,
    case $13 when 'FAILED' then 'declined' end, method, brand, last4, account
  from unnest($10::text[], $11::uuid[], $12::bigint[], $14::text[], $15::text[], $16::text[],
    $17::bigint[]) with ordinality as t (id, uuid, amount, method, brand, last4, account, n)`;

type Tender = TenderMeans & { readonly id: TenderId };

/** Writes payments with their tenders, what is kept of the buyer's credit, and the acts at the PSP. */
export class PaymentAttempts {
  constructor(
    private readonly outgoing: Outgoing,
    private readonly credits: CreditPaymentService,
  ) {}

  /** Says what is to be sent now; nothing when credit pays all of it or the payment is declined unasked. */
  async writeIn(tx: Tx, attempt: Attempt): Promise<PspOperationRow[]> {
    const { id, request, outcome } = attempt;
    const tenders = attempt.means.map((one): Tender => ({ ...one, id: tenderIds.create() }));
    const account = await this.insert(tx, attempt, tenders);
    if (outcome === 'DECLINE') {
      // to the buyer it is a card that was declined: nothing shows that none was asked
      const { orderGroupId, buyerId } = request;
      const declined = { id, version: -1, orderGroupId, buyerId };
      tellFailed(tx, { payment: declined, orders: request.orders }, 'declined');
      return [];
    }
    for (const { id: tenderId, kind, amount } of tenders) {
      if (kind !== 'CREDIT') continue;
      const tender = { id: tenderId, ledgerId: uuidOf(tenderId), amountMinor: amount.minor };
      await reserveIn(tx, { ...tender, creditAccountId: account }, request.currency);
    }
    if (tenders.every(({ kind }) => kind === 'CREDIT')) {
      if (outcome === 'APPROVE') await this.credits.captureIn(tx, id);
      else await this.credits.keepIn(tx, id);
      return [];
    }
    return this.send(tx, attempt, tenders);
  }

  private send(
    tx: Tx,
    { request: { currency }, outcome }: Attempt,
    tenders: readonly Tender[],
  ): Promise<PspOperationRow[]> {
    const asked = tenders.flatMap((one) => (one.kind === 'PSP' ? [one] : []));
    return this.outgoing.writeIn(
      tx,
      asked.map(({ id: subject, token, amount }, n) => ({
        subject,
        state: n === 0 ? 'SENT' : 'READY',
        nextAt: after(tx.now, LEASE_MS),
        request: {
          ...{ kind: 'PAYMENT', amountMinor: amount.minor.toString(), currency, token },
          ...(outcome === 'APPROVE' ? {} : { capture: 'MANUAL' }),
        },
      })),
    );
  }

  /** The account of the buyer's credit, when it pays a part. */
  private async insert(tx: Tx, attempt: Attempt, tenders: readonly Tender[]): Promise<bigint> {
    const { id, orderIds, request, outcome } = attempt;
    const { currency, buyerId } = request;
    const [funds = 0n, clearing = 0n] = await openAccounts(tx, [
      { kind: 'PAYMENT_FUNDS', owner: uuidOf(id), currency },
      { kind: 'PSP_CLEARING', owner: PSP_CONNECTION, currency },
    ]);
    const spendsCredit = tenders.some(({ kind }) => kind === 'CREDIT');
    const account = spendsCredit ? await creditAccount(tx, buyerId, currency) : 0n;
    const methods = tenders.map((one) => (one.kind === 'PSP' ? one.method : undefined));
    await tx.query(INSERT, [
      ...[id, request.orderGroupId, buyerId, orderIds, currency, request.totalMinor],
      ...[funds, clearing, tx.now],
      tenders.map((one) => one.id),
      tenders.map((one) => uuidOf(one.id)),
      tenders.map(({ amount }) => amount.minor),
      outcome === 'DECLINE' ? 'FAILED' : 'CREATED',
      methods.map((one) => one?.id ?? null),
      methods.map((one) => one?.brand ?? null),
      methods.map((one) => one?.last4 ?? null),
      tenders.map(({ kind }) => (kind === 'CREDIT' ? account : null)),
      request.part,
    ]);
    return account;
  }
}
