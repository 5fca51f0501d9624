import type { GrantBook } from '#kernel/auth/grant';
import type { Viewer } from '#kernel/auth/viewer';
import { refuse } from './payments.errors';
import type { BalanceService } from './balances/balance.service';
import type { ReleaseService } from './escrow/release.service';
import type { Loaders } from './payments.loaders';
import type { PaymentService } from './payments/payment.service';
import type { PayoutService } from './payouts/payout.service';
import type { RefundCreateService } from './refunds/refund-create.service';

/** What resolvers reach for one request. */
export interface PaymentsContext {
  readonly viewer: Viewer;
  /** Present when the request asks for grants. */
  readonly grants: GrantBook | undefined;
  readonly load: Loaders;
  readonly payments: PaymentService;
  readonly releases: ReleaseService;
  readonly refunds: RefundCreateService;
  readonly balances: BalanceService;
  readonly payouts: PayoutService;
}

/** An idempotency key as it was given; one that is empty or too long is refused. */
export function keyOf(text: string): string {
  if (text.length >= 1 && text.length <= 200) return text;
  throw refuse('IDEMPOTENCY_KEY_INVALID', { field: ['input', 'idempotencyKey'] });
}
