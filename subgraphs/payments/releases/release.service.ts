import { fact } from '#contracts/fact';
import { type EscrowId, type OrderId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { actorOf, requireBuyer } from '../balances/seller.service';
import { releaseIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import type { RiskService } from '../risk/risk.service';
import { heldShares } from '../escrow/fees.rules';
import { stoppedIn } from './release-check.service';
import { handOver } from './release-hand-over.service';
import type { ReleaseTarget } from './release-target.service';
import { type TrancheEvent, trancheMachine } from '../escrow/tranche.machine';
import { milestoneOf } from '../escrow/step.rules';
import type { TrancheRow } from '../escrow/tranche.entity';
import {
  type Held,
  aboutBalance,
  heldMinor,
  isAwaiting,
  lockHeld,
  moveTranche,
  partiesOf,
  trancheOf,
  tranchesFor,
} from '../escrow/tranche.service';

export type ReleaseCause =
  | 'RECEIPT_CONFIRMED'
  | 'INSPECTION_ENDED'
  | 'TRANSIT_ENDED'
  | 'HELD_TOO_LONG'
  | 'DISPUTE_SETTLED'
  | 'OPERATOR';

/** What is released, and why. */
export interface ReleaseOrder {
  readonly trancheId: string;
  readonly event: TrancheEvent &
    ('confirm' | 'transitEnd' | 'inspectionEnd' | 'ageEnd' | 'decideRelease');
  readonly cause: ReleaseCause;
  /** An operator has looked at it: it is not judged again. */
  readonly isReviewed?: boolean;
}

/**
 * Gives held money to the seller, less commission and tax. What the seller owes is paid first; the rest is available
 * when the time of the seller's tier is over, less the reserve that the tier keeps back.
 */
export class ReleaseService {
  constructor(
    private readonly db: Database,
    private readonly risk: RiskService,
  ) {}

  /** The buyer says that the goods arrived well. Again: no effect. */
  async confirm(
    viewer: Viewer,
    input: ReleaseTarget & { readonly key: string },
  ): Promise<EscrowId> {
    const buyer = requireBuyer(viewer);
    const { key, ...target } = input;
    const intent = { scope: `${actorOf(viewer)}:escrowReleaseConfirm`, key, input: target };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const { trancheId, ...of } = target;
        const held = await lockHeld(tx, of);
        if (held?.escrow.buyerId !== buyer) throw refuse('NOT_FOUND');
        if ((of.orderId ?? held.escrow.orderId) !== held.escrow.orderId) throw refuse('NOT_FOUND');
        await this.confirmIn(tx, held, trancheId);
        return held.escrow.id;
      }),
    );
  }

  /**
   * Marketplace says that the buyer has the goods. What has not left stays held: the buyer cannot have it. It may be
   * heard before the shipment's own fact, which marketplace has heard already; then it is thrown back until that comes.
   * Once a parcel has left it is about what has: thrown back, it would release the next parcel while that travels.
   */
  async receivedIn(tx: Tx, orderId: OrderId): Promise<void> {
    const held = await lockHeld(tx, { orderId });
    if (held === undefined || isAwaiting(held)) {
      throw new Error(`receipt of ${orderId} was confirmed before its money is known`);
    }
    const received = tranchesFor(held, 'confirm');
    const isWork = held.tranches.some(({ kind }) => kind === 'MILESTONE');
    const waits = !isWork && held.tranches.some(({ state }) => state === 'FUNDED');
    if (received.length === 0 && waits && !held.tranches.some(hasLeft)) {
      throw new Error(`receipt of ${orderId} was confirmed before anything is known to have left`);
    }
    await this.releaseAll(tx, held, received);
  }

  /** What the buyer means is released: one part or all that has left; again it has no effect. */
  async confirmIn(tx: Tx, held: Held, trancheId: string | undefined): Promise<void> {
    const some = meant(held, trancheId);
    const parts = [...some, ...claimsOn(held, some)];
    const can = tranchesFor(held, 'confirm').filter((tranche) => parts.includes(tranche));
    if (can.length === 0) {
      if (some.some(({ state }) => state === 'FROZEN')) throw refuse('TRANCHE_FROZEN');
      if (some.some(({ state }) => state !== 'RELEASED')) throw refuse('TRANSITION_NOT_ALLOWED');
    }
    await this.releaseAll(tx, held, can);
  }

  private async releaseAll(tx: Tx, held: Held, some: readonly TrancheRow[]): Promise<void> {
    let now = held;
    for (const { id: trancheId } of some) {
      const release = { trancheId, event: 'confirm', cause: 'RECEIPT_CONFIRMED' } as const;
      now = await this.releaseIn(tx, now, release);
    }
  }

  /**
   * Releases all that is available of one tranche, or refuses with TRANSITION_NOT_ALLOWED. When risk stops it, the money
   * is frozen instead, until a person has looked at it.
   */
  async releaseIn(tx: Tx, held: Held, order: ReleaseOrder): Promise<Held> {
    const { trancheId, event, cause } = order;
    const { escrow } = held;
    const tranche = trancheOf(held, trancheId);
    const state = trancheMachine.next(tranche.state, event);
    if (state === undefined) throw refuse('TRANSITION_NOT_ALLOWED');
    const stopped = await stoppedIn(tx, this.risk, held, order);
    if (stopped !== undefined) return stopped;
    const gross = tranche.availableMinor;
    const goneMinor = tranche.refundedMinor + tranche.releasedMinor;
    const shares = heldShares({ ...tranche, goneMinor }, gross);
    const releaseId = releaseIds.create();
    const { commission, tax, net } = shares;
    await handOver(tx, escrow, tranche, { id: releaseId, cause, gross, shares });
    const fees = { releasedCommission: commission, releasedTax: tax };
    return moveTranche(tx, held, { id: trancheId, state, released: gross, ...fees }, (now) =>
      fact('escrow.released', aboutBalance(now.escrow), {
        ...partiesOf(escrow),
        grossMinor: gross.toString(),
        commissionMinor: commission.toString(),
        taxMinor: tax.toString(),
        netMinor: net.toString(),
        remainingMinor: heldMinor(now).toString(),
        currency: escrow.currency,
        cause,
      }),
    );
  }
}

/** The tranches that a buyer means: one, or all that have left. */
function meant({ tranches }: Held, trancheId: string | undefined): readonly TrancheRow[] {
  if (trancheId === undefined) {
    const left = tranches.filter(({ state }) => state !== 'FUNDED' && state !== 'CLOSED');
    return left.length > 0 ? left : tranches;
  }
  const one = tranches.filter(({ id }) => id === trancheId);
  if (one.length === 0) throw refuse('NOT_FOUND', { field: ['input', 'trancheId'] });
  return one;
}

/** What cases split off milestones goes with them. */
const claimsOn = ({ tranches }: Held, some: readonly TrancheRow[]): TrancheRow[] =>
  tranches.filter((one) => some.some(({ id }) => id === milestoneOf(tranches, one)?.id));

/** True when goods that a tranche pays for are on their way, have arrived, or were once. */
const hasLeft = ({ state, heldState, shipmentId, deliveredAt }: TrancheRow): boolean =>
  shipmentId !== null ||
  deliveredAt !== null ||
  ['SHIPPED', 'DELIVERED'].includes(heldState ?? state);
