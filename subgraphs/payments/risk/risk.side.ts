import type { JWK } from 'jose';
import type { Database } from '#kernel/db/database';
import type { TimerHandlers } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import { holdReviewTimers } from '../holds/hold-review.service';
import type { ReleaseService } from '../releases/release.service';
import type { CreditPaymentService } from '../payments/credit-payment.service';
import { HeldPaymentService } from '../payments/held-payment.service';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspPort } from '../psp/psp.port';
import type { RefundService } from '../refunds/refund.service';
import { Decisions } from './decision.service';
import { HeldReleaseService } from './held-release.service';
import { OrderSignals } from './order-signal.service';
import { ReviewService } from './review.service';
import { RiskReader } from './risk-reader.service';
import { RiskService } from './risk.service';
import { RuleSetService } from './rule-set.service';
import { signalHash } from './signal-hash.service';

/** What resolvers reach of risk. */
export interface RiskContext {
  readonly reviews: ReviewService;
  readonly ruleSets: RuleSetService;
  readonly reader: RiskReader;
}

/** What judges, and what is remembered for it. Hashes are keyed by what only payments knows. */
export function riskOf({ capabilities: { maxHoldDays } }: PspPort, { d: key = '' }: JWK) {
  const hash = signalHash(key);
  return {
    risk: new RiskService(new Decisions(), { hash, maxHoldDays }),
    signals: new OrderSignals(hash),
  };
}

/** Assembles what operators see and do about risk. */
export function riskSide(
  risk: RiskService,
  parts: {
    readonly db: Database;
    readonly outgoing: Outgoing;
    readonly releases: ReleaseService;
    readonly refunds: RefundService;
    readonly credits: CreditPaymentService;
    readonly log: Logger;
  },
): { readonly context: RiskContext; readonly timers: TimerHandlers } {
  const { db, outgoing, releases, refunds, credits, log } = parts;
  const payments = new HeldPaymentService(risk, outgoing, credits);
  const held = new HeldReleaseService(releases, refunds, log);
  const reviews = new ReviewService(
    db,
    {
      CHECKOUT: (...review) => payments.reviewedIn(...review),
      RELEASE: (...review) => held.reviewedIn(...review),
    },
    log,
  );
  const context = { reviews, ruleSets: new RuleSetService(db), reader: new RiskReader(db) };
  const timers = { ...reviews.timers(), ...held.timers(), ...holdReviewTimers(log) };
  return { context, timers };
}
