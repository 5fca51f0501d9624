import type { JWK } from 'jose';
import { Poller } from '#kernel/events/poller';
import type { Subgraph, SubgraphHost } from '#kernel/server/subgraph';
import { BalanceService } from './balances/balance.service';
import { SellerService } from './balances/seller.service';
import { AgreementService } from './escrow/agreement.service';
import { EscrowService } from './escrow/escrow.service';
import { ReleaseService } from './escrow/release.service';
import type { PaymentsContext } from './payments.context';
import { Loaders } from './payments.loaders';
import { paymentsReactions } from './payments.reactions';
import { paymentsSchema } from './payments.schema';
import { ExpiryService } from './payments/expiry.service';
import { PaymentService } from './payments/payment.service';
import { RequestReader } from './payments/request-reader.service';
import { SettlementService } from './payments/settlement.service';
import { PayoutOutcomeService } from './payouts/payout-outcome.service';
import { PayoutService } from './payouts/payout.service';
import { HttpPspAdapter, type HttpPspOptions } from './psp/http-psp.adapter';
import { OperationService } from './psp/operation.service';
import { Outgoing } from './psp/outgoing.service';
import { WebhookService } from './psp/webhook.service';
import { RefundCreateService } from './refunds/refund-create.service';
import { RefundOutcomeService } from './refunds/refund-outcome.service';
import { RefundService } from './refunds/refund.service';

export interface PaymentsOptions {
  /** Marketplace's public key: who signs payment requests. */
  readonly verifyKey: JWK;
  /** Our own private key: payment requests are encrypted to it. */
  readonly decryptKey: JWK;
  readonly psp: HttpPspOptions;
}

const IDLE_MS = 500;

/** Assembles payments: the only file that knows all of it. */
export async function startPayments(
  { db, clock, log }: SubgraphHost,
  options: PaymentsOptions,
): Promise<Subgraph> {
  const psp = new HttpPspAdapter(options.psp);
  const outgoing = new Outgoing();
  const sellers = new SellerService(db);
  const refunds = new RefundService(outgoing);
  const releases = new ReleaseService(db, log);
  const escrows = new EscrowService(releases, refunds, log);
  const agreements = new AgreementService(log);
  const balances = new BalanceService(db);
  const payouts = new PayoutService(db, sellers, outgoing);
  const owners = {
    PAYMENT: new SettlementService(refunds, log),
    REFUND: new RefundOutcomeService(log),
    PAYOUT: new PayoutOutcomeService(log),
  };
  const operations = new OperationService(db, psp, owners, log);
  const webhooks = new WebhookService(db, psp, operations);
  const keys = { verify: options.verifyKey, decrypt: options.decryptKey };
  const reader = new RequestReader(keys, clock);
  const payments = new PaymentService(db, reader, agreements, outgoing, operations);
  const refundCreate = new RefundCreateService(db, sellers, refunds);
  const janitor = new Poller('psp operations', () => operations.workOne(), IDLE_MS, log);
  const events = new Poller('psp events', () => webhooks.workOne(), IDLE_MS, log);
  outgoing.onReady = () => janitor.wake();
  webhooks.onReceived = () => events.wake();
  return {
    name: 'payments',
    db,
    schema: await paymentsSchema(),
    context: (viewer, grants): PaymentsContext => ({
      viewer,
      grants,
      load: new Loaders(db, viewer, sellers),
      payments,
      releases,
      refunds: refundCreate,
      balances,
      payouts,
    }),
    reactions: paymentsReactions({ agreements, escrows, releases, sellers, payouts }),
    timers: { ...escrows.timers(), ...new ExpiryService(escrows, refunds).timers() },
    loops: [janitor, events],
    hooks: { psp: (request) => webhooks.receive(request) },
  };
}
