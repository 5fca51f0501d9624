import type { Database } from '#kernel/db/database';
import { BuyerCreditService } from './credit/buyer-credit.service';
import { LedgerListService } from './ledger/ledger-list.service';
import { DetachService } from './methods/detach.service';
import { MethodService } from './methods/method.service';
import { CreditPaymentService } from './payments/credit-payment.service';
import { PaymentAttempts } from './payments/payment-attempt.service';
import { RenewalService } from './payments/renewal.service';
import type { Outgoing } from './psp/outgoing.service';
import type { PspPort } from './psp/psp.port';
import type { RefundService } from './refunds/refund.service';
import type { Logger } from '#kernel/server/log';

interface Parts {
  readonly db: Database;
  readonly psp: PspPort;
  readonly outgoing: Outgoing;
  readonly refunds: RefundService;
  readonly log: Logger;
}

/** Assembles what is about buyers' own means: methods that they keep, their credit, what they get in writing. */
export function buyerSide({ db, psp, outgoing, refunds, log }: Parts) {
  const credits = new CreditPaymentService(refunds);
  const methods = new MethodService(db, psp, outgoing);
  const renewals = new RenewalService(outgoing, psp.capabilities, log);
  return {
    credits,
    renewals,
    timers: { ...renewals.timers(), ...methods.timers() },
    attempts: new PaymentAttempts(outgoing, credits),
    acts: { DETACH: new DetachService() },
    context: {
      methods,
      buyerCredits: new BuyerCreditService(db),
      ledgerList: new LedgerListService(db),
    },
  };
}
