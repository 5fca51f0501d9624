import type { Database } from '#kernel/db/database';
import { Poller } from '#kernel/events/poller';
import type { Logger } from '#kernel/server/log';
import type { SellerService } from './balances/seller.service';
import { ChargebackAnswerService } from './chargebacks/chargeback-answer.service';
import { ChargebackListService } from './chargebacks/chargeback-list.service';
import { ChargebackReader } from './chargebacks/chargeback-reader.service';
import { ChargebackService, type Disputes } from './chargebacks/chargeback.service';
import type { Outgoing } from './psp/outgoing.service';
import type { PspPort } from './psp/psp.port';

interface Parts {
  readonly db: Database;
  readonly psp: PspPort;
  readonly sellers: SellerService;
  readonly disputes: Disputes;
  readonly outgoing: Outgoing;
  readonly log: Logger;
}

const IDLE_MS = 500;

/** Assembles chargebacks: what banks say, what we answer, and who asks again. */
export function chargebacksOf({ db, psp, sellers, disputes, outgoing, log }: Parts) {
  const chargebacks = new ChargebackService(disputes, outgoing, log);
  const answers = new ChargebackAnswerService(db, sellers, chargebacks, outgoing, psp, log);
  const reader = new ChargebackReader(db, psp, chargebacks, log);
  return {
    reader,
    acts: { EVIDENCE: answers, ACCEPT_DISPUTE: answers },
    context: { chargebacks: answers, chargebackList: new ChargebackListService(db) },
    timers: answers.timers(),
    loops: [new Poller('chargebacks', () => reader.workOne(), IDLE_MS, log)],
  };
}
