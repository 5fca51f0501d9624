import type { PayoutId, SellerId } from '#contracts/ids';
import { type Viewer, requireScope } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { dryRun } from '#kernel/db/dry-run';
import { once } from '#kernel/db/idempotency';
import { Refusal } from '#kernel/errors/refusal';
import type { Money } from '#kernel/money/money';
import { lockFunds } from '../balances/seller-funds.service';
import { type SellerService, actorOf } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspPort } from '../psp/psp.port';
import type { PayoutOutcomeService } from './payout-outcome.service';
import { mustPayOut, standingOf } from './payout-gate.service';
import type { RiskService } from '../risk/risk.service';
import { isPayoutStopped } from './payout-check.service';
import { reservePayout } from './payout-reserve.service';
import type { PayoutRow } from './payout.entity';
import { type PayoutSpeed, mostOf } from './payout.rules';

/** A payout that a person asks for. */
export interface PayoutInput {
  readonly key: string;
  readonly sellerId: SellerId;
  readonly currency: string;
  /** Default: as much as can be paid now. */
  readonly amount: Money | undefined;
  readonly speed: PayoutSpeed;
}

/** What a payout would be. */
export interface PayoutPreviewed {
  /** The most that could leave now, as far as balance, PSP and cap go. */
  readonly mostMinor: bigint;
  readonly outcome: Pick<PayoutRow, 'amountMinor' | 'feeMinor'> | Refusal;
}

/** Pays sellers out of their available balance when they ask for it. */
export class PayoutService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly outgoing: Outgoing,
    private readonly psp: Pick<PspPort, 'balances'>,
    private readonly outcomes: PayoutOutcomeService,
    private readonly risk: RiskService,
  ) {}

  /** Reserves the amount in the seller's balance and asks the PSP to pay it. */
  async create(viewer: Viewer, { key, ...wanted }: PayoutInput): Promise<PayoutId> {
    const { sellerId, currency } = wanted;
    await mustPayOut(this.sellers, viewer, sellerId);
    mustBePositive(wanted);
    const movable = (await this.psp.balances())?.movable.get(currency);
    const intent = { scope: `${actorOf(viewer)}:payoutCreate`, key, input: wanted };
    const id = await this.db.transaction(viewer, (tx) =>
      once(tx, intent, () => this.createIn(tx, wanted, movable)),
    );
    if (id === null) throw refuse('PAYOUT_ON_HOLD');
    return id;
  }

  /** Runs the payout as it is and rolls it back; the PSP is only asked what it could move. */
  async preview(viewer: Viewer, wanted: Omit<PayoutInput, 'key'>): Promise<PayoutPreviewed> {
    const { sellerId, currency } = wanted;
    await mustPayOut(this.sellers, viewer, sellerId);
    mustBePositive(wanted);
    const movable = (await this.psp.balances())?.movable.get(currency);
    return dryRun(this.db, viewer, async (tx) => {
      const { available } = await lockFunds(tx, sellerId, currency);
      const { tier, paidLately } = await standingOf(tx, sellerId, currency);
      const mostMinor = mostOf({ tier, currency, available, movable, paidLately });
      return { mostMinor, outcome: await this.outcomeIn(tx, wanted, movable) };
    });
  }

  /** What it would move and cost, or why it would be refused. */
  private async outcomeIn(
    tx: Tx,
    wanted: Omit<PayoutInput, 'key'>,
    movable: bigint | undefined,
  ): Promise<PayoutPreviewed['outcome']> {
    try {
      const id = await this.createIn(tx, wanted, movable);
      const row = id && (await tx.first<PayoutRow>('select * from payout where id = $1', [id]));
      return row ?? refuse('PAYOUT_ON_HOLD');
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  /** Null when it may not be paid out before a person has looked at the seller. */
  private async createIn(
    tx: Tx,
    wanted: Omit<PayoutInput, 'key'>,
    movable: bigint | undefined,
  ): Promise<PayoutId | null> {
    if (await isPayoutStopped(tx, this.risk, wanted)) return null;
    const { sellerId, currency, amount, speed } = wanted;
    const order = { sellerId, currency, wanted: amount?.minor ?? 'ALL', speed, movable } as const;
    return reservePayout(tx, this.outgoing, order);
  }

  /** Takes back a payout that was not sent yet: the amount and its fee are available again. */
  async cancel(
    viewer: Viewer,
    { key, payoutId }: { readonly key: string; readonly payoutId: PayoutId },
  ): Promise<PayoutId> {
    requireScope(viewer, 'payouts:write');
    const intent = { scope: `${actorOf(viewer)}:payoutCancel`, key, input: { payoutId } };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        await this.cancelIn(tx, viewer, payoutId);
        return payoutId;
      }),
    );
  }

  private async cancelIn(tx: Tx, viewer: Viewer, id: PayoutId): Promise<void> {
    const payout = await tx.first<PayoutRow>(
      'select * from payout where id = $1 for no key update',
      [id],
    );
    if (payout === undefined) throw refuse('NOT_FOUND', { field: ['input', 'payoutId'] });
    await mustPayOut(this.sellers, viewer, payout.sellerId, { tx, field: 'payoutId' });
    const unsent = await tx.first(
      `update "pspOperation" set state = 'REJECTED', detail = 'CANCELLED', "nextAt" = null
       where subject = $1 and state = 'READY' returning 1 as one`,
      [id],
    );
    if (payout.state !== 'CREATED' || unsent === undefined) throw refuse('TRANSITION_NOT_ALLOWED');
    await this.outcomes.cancelIn(tx, payout);
  }
}

function mustBePositive({ amount }: Pick<PayoutInput, 'amount'>): void {
  if (amount === undefined || amount.minor > 0n) return;
  throw refuse('AMOUNT_INVALID', { field: ['input', 'amount'] });
}
