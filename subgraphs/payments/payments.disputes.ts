import type { Database } from '#kernel/db/database';
import type { Logger } from '#kernel/server/log';
import type { SellerService } from './balances/seller.service';
import { DisputeAppealService } from './disputes/dispute-appeal.service';
import { DisputeDeadlineService } from './disputes/dispute-deadline.service';
import { DisputeDecideService } from './disputes/dispute-decide.service';
import { DisputeListService } from './disputes/dispute-list.service';
import { DisputeMoney } from './disputes/dispute-money.service';
import { DisputeOpenService } from './disputes/dispute-open.service';
import { DisputeReturnService } from './disputes/dispute-return.service';
import { DisputeTalkService } from './disputes/dispute-talk.service';
import { DisputeVerdictService } from './disputes/dispute-verdict.service';
import type { ReleaseService } from './releases/release.service';
import type { Outgoing } from './psp/outgoing.service';
import type { RefundService } from './refunds/refund.service';
import { RefundUndoService } from './refunds/refund-undo.service';
import type { RiskService } from './risk/risk.service';

/** What disputes are assembled from. */
interface Parts {
  readonly db: Database;
  readonly sellers: SellerService;
  readonly releases: ReleaseService;
  readonly refunds: RefundService;
  readonly outgoing: Outgoing;
  readonly risk: RiskService;
  readonly log: Logger;
}

/** Assembles what buyer and seller disagree with, and who judges it. */
export function disputesOf({ db, sellers, releases, refunds, outgoing, risk, log }: Parts) {
  const money = new DisputeMoney(releases, refunds);
  const verdicts = new DisputeVerdictService(money, new RefundUndoService(outgoing));
  const disputeTalk = new DisputeTalkService(db, sellers, money, verdicts);
  const returns = new DisputeReturnService(disputeTalk, verdicts);
  const disputeDecisions = new DisputeDecideService(db, verdicts);
  return {
    verdicts,
    returns,
    acts: { DISPUTE_DECISION: disputeDecisions.act },
    timers: new DisputeDeadlineService(disputeTalk, verdicts, returns, money, log).timers(),
    context: {
      disputeOpening: new DisputeOpenService(db, risk),
      disputeTalk,
      disputeDecisions,
      disputeAppeals: new DisputeAppealService(db, sellers),
      disputeList: new DisputeListService(db),
    },
  };
}
