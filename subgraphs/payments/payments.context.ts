import type { GrantBook } from '#kernel/auth/grant';
import type { Viewer } from '#kernel/auth/viewer';
import type { Clock } from '#kernel/clock/clock';
import { refuse } from './payments.errors';
import type { AdsWalletService } from './ads/ads-wallet.service';
import type { AdjustmentService } from './approvals/adjustment.service';
import type { ApprovalService } from './approvals/approval.service';
import type { BalanceService } from './balances/balance.service';
import type { DisputeExportService } from './evidence/dispute-export.service';
import type { EvidenceUploadService } from './evidence/evidence-upload.service';
import type { EvidenceService } from './evidence/evidence.service';
import type { DisputeAppealService } from './disputes/dispute-appeal.service';
import type { DisputeDecideService } from './disputes/dispute-decide.service';
import type { DisputeListService } from './disputes/dispute-list.service';
import type { DisputeOpenService } from './disputes/dispute-open.service';
import type { DisputeTalkService } from './disputes/dispute-talk.service';
import type { BuyerCreditService } from './credit/buyer-credit.service';
import type { BusinessCalendarService } from './deadlines/business-calendar.service';
import type { ExtensionService } from './deadlines/extension.service';
import type { ChargebackAnswerService } from './chargebacks/chargeback-answer.service';
import type { ChargebackListService } from './chargebacks/chargeback-list.service';
import type { HoldActService } from './holds/hold-act.service';
import type { MilestoneService } from './escrow/milestone.service';
import type { ReleasePreviewService } from './releases/release-preview.service';
import type { ReleaseService } from './releases/release.service';
import type { LedgerListService } from './ledger/ledger-list.service';
import type { MethodService } from './methods/method.service';
import type { Loaders } from './payments.loaders';
import type { PaymentService } from './payments/payment.service';
import { looksLikeCardNumber } from './payments/payment.rules';
import type { PayoutAccountService } from './payouts/payout-account.service';
import type { PayoutScheduleService } from './payouts/payout-schedule.service';
import type { PayoutService } from './payouts/payout.service';
import type { ReconciliationService } from './reconciliation/reconciliation.service';
import type { ResolutionService } from './reconciliation/resolution.service';
import type { RiskContext } from './risk/risk.side';
import type { RefundCreateService } from './refunds/refund-create.service';

/** What resolvers reach for one request. */
export interface PaymentsContext {
  readonly viewer: Viewer;
  /** Present when the request asks for grants. */
  readonly grants: GrantBook | undefined;
  readonly load: Loaders;
  readonly clock: Clock;
  readonly payments: PaymentService;
  readonly methods: MethodService;
  readonly buyerCredits: BuyerCreditService;
  readonly ledgerList: LedgerListService;
  readonly releases: ReleaseService;
  readonly releasePreviews: ReleasePreviewService;
  readonly milestones: MilestoneService;
  readonly extensions: ExtensionService;
  readonly calendars: BusinessCalendarService;
  readonly holds: HoldActService;
  readonly evidence: EvidenceService;
  readonly evidenceUploads: EvidenceUploadService;
  readonly disputeExports: DisputeExportService;
  readonly disputeOpening: DisputeOpenService;
  readonly disputeTalk: DisputeTalkService;
  readonly disputeDecisions: DisputeDecideService;
  readonly disputeAppeals: DisputeAppealService;
  readonly disputeList: DisputeListService;
  readonly refunds: RefundCreateService;
  readonly balances: BalanceService;
  readonly payouts: PayoutService;
  readonly adsWallets: AdsWalletService;
  readonly payoutAccounts: PayoutAccountService;
  readonly payoutSchedules: PayoutScheduleService;
  readonly reconciliation: ReconciliationService;
  readonly resolutions: ResolutionService;
  readonly approvals: ApprovalService;
  readonly adjustments: AdjustmentService;
  readonly risk: RiskContext;
  readonly chargebacks: ChargebackAnswerService;
  readonly chargebackList: ChargebackListService;
}

/** An idempotency key as it was given; one that is empty or too long is refused. */
export function keyOf(text: string): string {
  if (text.length >= 1 && text.length <= 200) return text;
  throw refuse('IDEMPOTENCY_KEY_INVALID', { field: ['input', 'idempotencyKey'] });
}

/** A reason in words, trimmed: 1 to 500 characters and no card number. */
export function reasonOf(text: string, field: readonly string[] = ['input', 'reason']): string {
  const reason = text.trim();
  if (reason !== '' && reason.length <= 500 && !looksLikeCardNumber(reason)) return reason;
  throw refuse('REASON_INVALID', { field });
}
