import type { Database } from '#kernel/db/database';
import { BuyerCreditService } from './credit/buyer-credit.service';
import { LedgerListService } from './ledger/ledger-list.service';
import { DetachService } from './methods/detach.service';
import { MethodService } from './methods/method.service';
import { CreditPaymentService } from './payments/credit-payment.service';
import { PaymentAttempts } from './payments/payment-attempt.service';
import type { Outgoing } from './psp/outgoing.service';
import type { PspPort } from './psp/psp.port';
import type { RefundService } from './refunds/refund.service';

interface Parts {
  readonly db: Database;
  readonly psp: PspPort;
  readonly outgoing: Outgoing;
  readonly refunds: RefundService;
}

/** Assembles what is about buyers' own means: methods that they keep, their credit, what they get in writing. */
export function buyerSide({ db, psp, outgoing, refunds }: Parts) {
  const credits = new CreditPaymentService(refunds);
  return {
    credits,
    attempts: new PaymentAttempts(outgoing, credits),
    acts: { DETACH: new DetachService() },
    context: {
      methods: new MethodService(db, psp, outgoing),
      buyerCredits: new BuyerCreditService(db),
      ledgerList: new LedgerListService(db),
    },
  };
}
