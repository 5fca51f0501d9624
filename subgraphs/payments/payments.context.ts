import type { Viewer } from '#kernel/auth/viewer';
import type { BalanceService } from './balances/balance.service';
import type { ReleaseService } from './escrow/release.service';
import type { Loaders } from './payments.loaders';
import type { PaymentService } from './payments/payment.service';
import type { PayoutService } from './payouts/payout.service';
import type { RefundCreateService } from './refunds/refund-create.service';

/** What resolvers reach for one request. */
export interface PaymentsContext {
  readonly viewer: Viewer;
  readonly load: Loaders;
  readonly payments: PaymentService;
  readonly releases: ReleaseService;
  readonly refunds: RefundCreateService;
  readonly balances: BalanceService;
  readonly payouts: PayoutService;
}
