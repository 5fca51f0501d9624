import type { Database } from '#kernel/db/database';
import { Poller } from '#kernel/events/poller';
import type { TimerHandlers } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import { AdGrantService } from './ads/ad-grant.service';
import { AdsWalletService } from './ads/ads-wallet.service';
import { AdvanceService } from './advances/advance.service';
import type { SellerService } from './balances/seller.service';
import { PayoutAccountService } from './payouts/payout-account.service';
import { PayoutOutcomeService } from './payouts/payout-outcome.service';
import { PayoutScheduleService } from './payouts/payout-schedule.service';
import { PayoutWatchService } from './payouts/payout-watch.service';
import { PayoutService } from './payouts/payout.service';
import type { Outgoing } from './psp/outgoing.service';
import type { PspPort } from './psp/psp.port';
import type { RiskService } from './risk/risk.service';

/** What the seller's side is assembled from. */
interface Parts {
  readonly db: Database;
  readonly psp: PspPort;
  readonly sellers: SellerService;
  readonly outgoing: Outgoing;
  readonly risk: RiskService;
  readonly log: Logger;
}

const IDLE_MS = 500;

/** Assembles what is about sellers' own money: payouts, advertising, advances. */
export function sellerSide({ db, psp, sellers, outgoing, risk, log }: Parts) {
  const payoutOutcomes = new PayoutOutcomeService(log);
  const payoutSchedules = new PayoutScheduleService(db, sellers, outgoing, psp, risk);
  const sweeps = new Poller('payout sweeps', () => payoutSchedules.workOne(), IDLE_MS, log);
  payoutSchedules.onDue = () => sweeps.wake();
  const timers: TimerHandlers = {
    ...payoutSchedules.timers(),
    ...new PayoutWatchService(log).timers(),
  };
  return {
    payoutOutcomes,
    timers,
    loops: [sweeps],
    reacting: { adGrants: new AdGrantService(log), advances: new AdvanceService(log) },
    context: {
      adsWallets: new AdsWalletService(db, sellers),
      payouts: new PayoutService(db, sellers, outgoing, psp, payoutOutcomes, risk),
      payoutAccounts: new PayoutAccountService(db, sellers, risk),
      payoutSchedules,
    },
  };
}
