import type { Tx } from '#kernel/db/database';
import { type CreditTender, takeLegs } from '../credit/credit-tender.service';
import type { Leg } from '../ledger/ledger.rules';
import type { RefundService } from '../refunds/refund.service';
import { fundingLegs } from './funding.rules';
import { type Paying, lockPaying, toFund, writeNews } from './funding.service';
import { tellAuthorized, tellFunded } from './payment-facts.service';

type Tender = Paying['tenders'][number];

/** Reserved credit of a payment becomes its money. */
export function creditLegs(tx: Tx, { payment }: Paying, tender: Tender): Promise<Leg[]> {
  return takeLegs(tx, asCredit(tender), payment.fundsAccountId, payment.currency);
}

function asCredit({ id, ledgerId, amountMinor, creditAccountId }: Tender): CreditTender {
  if (creditAccountId === null) throw new Error(`${id} spends no credit`);
  return { id, ledgerId, amountMinor, creditAccountId };
}

/** Payments that credit pays alone: no PSP is asked, so nothing brings news about them. */
export class CreditPaymentService {
  constructor(private readonly refunds: RefundService) {}

  /** Takes the reserved credit and funds the orders, at once. */
  async captureIn(tx: Tx, paymentId: string): Promise<void> {
    const paying = await this.lock(tx, paymentId);
    const [tender] = paying.tenders;
    if (tender === undefined) throw new Error(`${paymentId} has no tender`);
    const { payment } = paying;
    const { fund, giveBack } = toFund(paying);
    const [, ...allocations] = fundingLegs(
      tender,
      { clearing: 0n, funds: payment.fundsAccountId },
      fund,
    );
    await writeNews(tx, paying, {
      ...{ operationId: paymentId, tenderId: tender.id, declineCode: null, actionUrl: null },
      ...{ card: undefined, creditTaken: null, fund, complete: true },
      record: { state: 'SUCCEEDED', nextAt: null, pspId: null, detail: null },
      tenderState: 'CAPTURED',
      paymentState: 'CAPTURED',
      capturedMinor: tender.amountMinor,
      legs: [...(await creditLegs(tx, paying, tender)), ...allocations],
    });
    tellFunded(tx, paying, fund);
    const { id, fundsAccountId, currency } = payment;
    for (const { escrowId, orderId, totalMinor: amountMinor } of giveBack) {
      const late = { paymentId: id, fundsAccountId, currency, cause: 'ORDER_CANCELLED' };
      await this.refunds.lateIn(tx, { ...late, order: { escrowId, orderId }, amountMinor });
    }
  }

  /** A person has to look at it first: the credit stays reserved until then. */
  async keepIn(tx: Tx, paymentId: string): Promise<void> {
    const paying = await this.lock(tx, paymentId);
    await tx.query(`update payment set state = 'AUTHORIZED', version = version + 1 where id = $1`, [
      paymentId,
    ]);
    tellAuthorized(tx, paying);
  }

  private async lock(tx: Tx, paymentId: string): Promise<Paying> {
    const tender = await tx.first<{ id: string }>('select id from tender where "paymentId" = $1', [
      paymentId,
    ]);
    return lockPaying(tx, tender?.id ?? '', '');
  }
}
