import type { Viewer } from '#kernel/auth/viewer';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import type { Money } from '#kernel/money/money';
import { authorizationMs } from '../payments/authorization.rules';
import type { Decided, Decisions } from './decision.service';
import { type Attempt, type Move, readAttempt, readMove, readOnboarding } from './feature.service';
import type { HeldRelease } from './risk-review.entity';
import type { RiskSignalRow } from './risk-signal.entity';
import type { RiskPoint } from './risk.rules';
import type { SignalHash } from './signal-hash.service';

/** A payment about to be made, as its buyer asks for it. */
export interface Checkout {
  readonly paymentId: string;
  readonly orderGroupId: string;
  readonly viewer: Viewer;
  readonly deviceId?: string | undefined;
  readonly buyerId: string;
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly orders: Attempt['orders'];
  readonly tenders: readonly {
    readonly token: string;
    /** The same for the same card, where the provider tells it. */
    readonly fingerprint?: string;
    /** Where it was issued, as far as that is known. */
    readonly country?: string | null;
    readonly amount: Money;
  }[];
}

/** A payment that could be captured. */
interface Authorized {
  readonly payment: {
    readonly id: string;
    readonly orderGroupId: string;
    readonly buyerId: string;
    readonly currency: string;
    readonly amountMinor: bigint;
  };
  readonly orders: Attempt['orders'];
}

export interface RiskOptions {
  /** What stands for addresses, devices and cards. */
  readonly hash: SignalHash;
  /** How long the PSP keeps an authorization. */
  readonly maxHoldDays: number;
}

/** Judges at each point. What follows from the outcome is up to whoever asks. */
export class RiskService {
  constructor(
    private readonly decisions: Decisions,
    private readonly options: RiskOptions,
  ) {}

  /**
   * Before anything is sent: APPROVE captures at once; REVIEW and BLOCK_AND_REVIEW only authorize until an operator
   * decides; DECLINE sends nothing. Two statements. The buyer never learns why.
   */
  async checkoutIn(tx: Tx, checkout: Checkout): Promise<Decided> {
    const { paymentId, viewer, deviceId, tenders, ...what } = checkout;
    const seen: Attempt = {
      ...what,
      paymentId,
      network: this.options.hash('network', viewer.network),
      device: this.options.hash('device', deviceId),
      cardCountries: tenders.flatMap(({ country }) => country ?? []),
      tenders: tenders.map(({ token, fingerprint, amount }) => ({
        token: this.options.hash('token', token) ?? '',
        card: this.options.hash('card', fingerprint),
        amountMinor: amount.minor,
      })),
    };
    const known = await readAttempt(tx, 'CHECKOUT', seen);
    const dueAt = after(tx.now, authorizationMs(this.options));
    return this.decisions.decideIn(tx, {
      ...{ point: 'CHECKOUT', subject: paymentId, known, dueAt, seen },
    });
  }

  /** Once more before a reviewed payment is captured: what was seen since counts. False = it must not be. */
  async mayCaptureIn(tx: Tx, { payment, orders }: Authorized): Promise<boolean> {
    const { id: subject, orderGroupId, buyerId, currency, amountMinor: totalMinor } = payment;
    const seen = await tx.query<RiskSignalRow>(
      'select * from "riskSignal" where subject = $1 order by seq',
      [subject],
    );
    const known = await readAttempt(tx, 'CAPTURE', {
      ...{ paymentId: subject, orderGroupId, buyerId, currency, totalMinor, orders },
      cardCountries: await cardCountriesOf(tx, subject),
      network: seen[0]?.network ?? undefined,
      device: seen[0]?.device ?? undefined,
      tenders: seen.map(({ token, card, amountMinor }) => ({
        ...{ token: token ?? '', card: card ?? undefined, amountMinor },
      })),
    });
    const { outcome } = await this.decisions.decideIn(tx, { point: 'CAPTURE', subject, known });
    return outcome !== 'DECLINE';
  }

  /** Before money is released, paid out, or claimed back. */
  async moveIn(
    tx: Tx,
    point: RiskPoint & ('RELEASE' | 'PAYOUT' | 'CLAIM'),
    move: Move,
  ): Promise<Decided> {
    const known = await readMove(tx, point, move);
    return this.decisions.decideIn(tx, { point, subject: move.subject, known });
  }

  /**
   * A seller says where payouts go: judged and perhaps put before an operator. It never stops the seller here; rules of
   * PAYOUT may wait for the operator.
   */
  async onboardIn(tx: Tx, sellerId: string): Promise<void> {
    const known = await readOnboarding(tx, sellerId);
    await this.decisions.decideIn(tx, { point: 'ONBOARDING', subject: sellerId, known });
  }

  /** A dispute was opened: recorded, and perhaps put before an operator. It never stops anything. */
  async claimIn(tx: Tx, disputeId: string): Promise<void> {
    const move = await tx.first<Omit<Move, 'deliveredAt'>>(
      `select d.id as subject, d."sellerId", d."buyerId", d."orderId", e."orderGroupId", d.currency,
         d."stakeMinor" as "amountMinor"
       from dispute d join escrow e on e.id = d."escrowId" where d.id = $1`,
      [disputeId],
    );
    if (move !== undefined) await this.moveIn(tx, 'CLAIM', move);
  }

  /** Remembers what goes on when a release is approved after all. */
  async holdReleaseIn(tx: Tx, trancheId: string, act: HeldRelease): Promise<void> {
    await tx.query(
      `update "riskReview" set act = $2
       where point = 'RELEASE' and subject = $1 and state = 'OPEN'`,
      [trancheId, JSON.stringify(act)],
    );
  }

  /** Remembers from where a seller's side says where money is to go: a buyer from there is no stranger. */
  async payoutAskedIn(tx: Tx, sellerId: string, amountMinor: bigint): Promise<void> {
    const network = this.options.hash('network', tx.viewer.network);
    if (network === undefined) return;
    await tx.query(
      `insert into "riskSignal" (kind, subject, "sellerId", network, "amountMinor", at)
       values ('PAYOUT', $1, $1, $2, $3, $4)`,
      [sellerId, network, amountMinor, tx.now],
    );
  }
}

/** Where the cards of a payment were issued, as far as the PSP has told it. */
async function cardCountriesOf(tx: Tx, paymentId: string): Promise<string[]> {
  const rows = await tx.query<{ country: string }>(
    `select distinct "cardCountry" as country from tender
     where "paymentId" = $1 and "cardCountry" is not null`,
    [paymentId],
  );
  return rows.map(({ country }) => country);
}
