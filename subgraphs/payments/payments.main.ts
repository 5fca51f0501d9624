import type { JWK } from 'jose';
import type { Database } from '#kernel/db/database';
import { Poller } from '#kernel/events/poller';
import type { TimerHandlers } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import type { Subgraph, SubgraphHost } from '#kernel/server/subgraph';
import { AdjustmentService } from './approvals/adjustment.service';
import { ApprovalService } from './approvals/approval.service';
import { BalanceService } from './balances/balance.service';
import { MaturityService } from './balances/maturity.service';
import { SellerService } from './balances/seller.service';
import { AgreementService } from './escrow/agreement.service';
import { BusinessCalendarService } from './deadlines/business-calendar.service';
import { DeadlineService } from './deadlines/deadline.service';
import { EscrowService } from './escrow/escrow.service';
import { ExtensionService } from './deadlines/extension.service';
import { HoldActService } from './holds/hold-act.service';
import { MilestoneService } from './escrow/milestone.service';
import { ReleasePreviewService } from './releases/release-preview.service';
import { ReleaseService } from './releases/release.service';
import { assertEpochHolds, ledgerLoop } from './ledger/ledger-record.service';
import { chargebackCase } from './chargebacks/chargeback-evidence.service';
import { disputeCase } from './disputes/dispute-evidence.service';
import { evidenceSide } from './evidence/evidence.side';
import { disputesOf } from './payments.disputes';
import type { PaymentsContext } from './payments.context';
import { loadersOf } from './payments.loaders';
import { chargebacksOf } from './payments.chargebacks';
import { paymentsReactions } from './payments.reactions';
import { paymentsSchema } from './payments.schema';
import { ExpiryService } from './payments/expiry.service';
import { PaymentService } from './payments/payment.service';
import type { RenewalService } from './payments/renewal.service';
import { RequestReader } from './payments/request-reader.service';
import { SettlementService } from './payments/settlement.service';
import { sellerSide } from './payments.seller-side';
import type { PayoutOutcomeService } from './payouts/payout-outcome.service';
import { JANITORS } from './psp/janitor.rules';
import { type OperationOwners, OperationService } from './psp/operation.service';
import { Outgoing } from './psp/outgoing.service';
import { pspOf } from './psp/psp-dialects.adapter';
import type { PspDialect, PspOptions, PspPort } from './psp/psp.port';
import { WebhookService } from './psp/webhook.service';
import { buyerSide } from './payments.buyer-side';
import { ReconciliationService } from './reconciliation/reconciliation.service';
import { ResolutionService } from './reconciliation/resolution.service';
import { RefundCreateService } from './refunds/refund-create.service';
import { RefundOutcomeService } from './refunds/refund-outcome.service';
import { RefundService } from './refunds/refund.service';
import { riskOf, riskSide } from './risk/risk.side';

export interface PaymentsOptions {
  /** Marketplace's public key: who signs payment requests. */
  readonly verifyKey: JWK;
  /** Our own private key: payment requests are encrypted to it. */
  readonly decryptKey: JWK;
  readonly psp: PspOptions & { readonly dialect?: PspDialect };
}

const IDLE_MS = 500;

/** Assembles payments: the only file that knows all of it. */
export async function startPayments(
  host: SubgraphHost,
  options: PaymentsOptions,
): Promise<Subgraph> {
  const { db, clock, log } = host;
  await assertEpochHolds(db);
  const core = coreOf(host, options);
  const { refunds, releases, escrows, deadlines, agreements, sellers, disputes, side, proof } =
    core;
  const { approvals, reviewing, banks, buyers, signals } = core;
  const { context, webhooks, loops } = pspSide(host, options, core);
  return {
    name: 'payments',
    db,
    schema: await paymentsSchema(),
    context: (viewer, grants): PaymentsContext => ({
      viewer,
      grants,
      load: loadersOf(db, viewer, sellers),
      clock,
      ...core.context,
      ...context,
    }),
    reactions: paymentsReactions({
      contracts: proof.contracts,
      agreements,
      signals,
      escrows,
      releases,
      sellers,
      returns: disputes.returns,
      ...side.reacting,
    }),
    timers: {
      ...timersOf(escrows, refunds),
      ...deadlines.timers(),
      ...approvals.timers(),
      ...disputes.timers,
      ...proof.timers,
      ...side.timers,
      ...reviewing.timers,
      ...banks.timers,
      ...buyers.timers,
    },
    loops: [...loops, ...side.loops, ...banks.loops, ledgerLoop({ db, log })],
    hooks: { psp: (request) => webhooks.receive(request) },
    files: proof.files,
  };
}

/** What happens to money once it is here, and whom it is asked of. */
function coreOf({ db, clock, log }: SubgraphHost, options: PaymentsOptions) {
  const psp = pspOf(options.psp, options.psp.dialect ?? 'generic');
  const outgoing = new Outgoing();
  const sellers = new SellerService(db);
  const refundOutcomes = new RefundOutcomeService(log);
  const refunds = new RefundService(outgoing, psp.capabilities, refundOutcomes);
  const buyers = buyerSide({ db, psp, outgoing, refunds, log });
  const { credits } = buyers;
  const { risk, signals } = riskOf(psp, options.decryptKey);
  const releases = new ReleaseService(db, risk);
  const reviewing = riskSide(risk, { db, outgoing, releases, refunds, credits, log });
  const side = sellerSide({ db, psp, sellers, outgoing, risk, log });
  const disputes = disputesOf({ db, sellers, releases, refunds, outgoing, risk, log });
  const banks = chargebacksOf({
    ...{ db, psp, sellers, disputes: disputes.verdicts, outgoing, log },
  });
  const key = options.decryptKey;
  const cases = { dsp: disputeCase, cbk: chargebackCase };
  const proof = evidenceSide({ db, clock, log, sellers, key, cases });
  const adjustments = new AdjustmentService(db);
  const acts = { LEDGER_ADJUSTMENT: adjustments.act, ...disputes.acts };
  const approvals = new ApprovalService(db, acts);
  return {
    ...{ buyers, refundOutcomes },
    ...{ psp, outgoing, sellers, refunds, risk, releases, reviewing, side, disputes, banks, proof },
    approvals,
    signals,
    escrows: new EscrowService(refunds, log),
    deadlines: new DeadlineService(releases, refunds, log),
    agreements: new AgreementService(log),
    context: {
      ...disputes.context,
      ...proof.context,
      ...side.context,
      ...banks.context,
      ...buyers.context,
      releases,
      releasePreviews: new ReleasePreviewService(db, sellers, releases),
      milestones: new MilestoneService(db, sellers),
      extensions: new ExtensionService(db, sellers),
      calendars: new BusinessCalendarService(db),
      holds: new HoldActService(db),
      refunds: new RefundCreateService(db, sellers, refunds),
      balances: new BalanceService(db),
      approvals,
      adjustments,
      risk: reviewing.context,
    },
  };
}

/** How money comes in: buyers' payments, acts at the PSP, its webhooks and its reports. */
function pspSide(
  { db, clock, log }: SubgraphHost,
  options: PaymentsOptions,
  core: ReturnType<typeof coreOf>,
) {
  const { psp, outgoing, refunds, refundOutcomes, risk, agreements, side, banks, buyers } = core;
  const payouts = side.payoutOutcomes;
  const { renewals } = buyers;
  const owners = { refunds, renewals, refundOutcomes, payouts, ...banks.acts, ...buyers.acts };
  const operations = operationsOf(db, psp, owners, log);
  const webhooks = new WebhookService(db, psp, operations, banks.reader);
  const keys = { verify: options.verifyKey, decrypt: options.decryptKey };
  const reader = new RequestReader(keys, clock);
  const janitors = Array.from(
    { length: JANITORS },
    (_, n) => new Poller(`psp operations ${n}`, () => operations.workOne(), IDLE_MS, log),
  );
  const events = new Poller('psp events', () => webhooks.workOne(), IDLE_MS, log);
  // Who finds work calls the next one: a single act wakes two, many wake all.
  let awake = 0;
  outgoing.onReady = operations.onMore = () => janitors[awake++ % JANITORS]?.wake();
  webhooks.onReceived = () => events.wake();
  return {
    webhooks,
    loops: [...janitors, events],
    context: {
      payments: new PaymentService(db, reader, agreements, buyers.attempts, operations, risk),
      reconciliation: new ReconciliationService(db, psp, banks.reader),
      resolutions: new ResolutionService(db),
    },
  };
}

/** Acts at the PSP, and what its word on each means. */
const operationsOf = (
  db: Database,
  psp: PspPort,
  {
    refunds,
    renewals,
    refundOutcomes: REFUND,
    payouts,
    ...answers
  }: {
    refunds: RefundService;
    renewals: RenewalService;
    refundOutcomes: RefundOutcomeService;
    payouts: PayoutOutcomeService;
  } & Pick<OperationOwners, 'EVIDENCE' | 'ACCEPT_DISPUTE' | 'DETACH'>,
  log: Logger,
): OperationService =>
  new OperationService(
    db,
    psp,
    {
      PAYMENT: new SettlementService(refunds, renewals, log),
      REFUND,
      PAYOUT: payouts,
      ...answers,
    },
    log,
  );

const timersOf = (escrows: EscrowService, refunds: RefundService): TimerHandlers => ({
  ...new ExpiryService(escrows, refunds).timers(),
  ...new MaturityService().timers(),
});
