import { fact } from '#contracts/fact';
import type { EscrowId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import { after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { type SellerService, actorOf, requireBuyer } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import { inspectionMs } from '../deadlines/timer.rules';
import type { TrancheRow } from './tranche.entity';
import { type TrancheEvent, trancheMachine } from './tranche.machine';
import {
  type Held,
  aboutEscrow,
  lockHeld,
  moveTranche,
  partiesOf,
  trancheOf,
} from './tranche.service';

/** Which milestone, and the key. */
export interface MilestoneAct {
  readonly key: string;
  readonly trancheId: string;
}

/** Work that is paid step by step: the seller submits a step; the buyer confirms it, or wants it changed. */
export class MilestoneService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
  ) {}

  /**
   * The seller says that a milestone is done: the buyer has 14 days to look at it. Refuses with NOT_FOUND,
   * TRANCHE_FROZEN, TRANSITION_NOT_ALLOWED.
   */
  async submit(viewer: Viewer, { key, trancheId }: MilestoneAct): Promise<EscrowId> {
    const scope = `${actorOf(viewer)}:escrowMilestoneSubmit`;
    return this.db.transaction(viewer, (tx) =>
      once(tx, { scope, key, input: { trancheId } }, async () => {
        const held = await lockHeld(tx, { trancheId });
        const mine = await this.sellers.sellersOf(viewer, 'payments:write', tx);
        if (held === undefined || !mine.has(held.escrow.sellerId)) throw notFound();
        const { number, state } = moving(held, trancheId, 'submit');
        const dueAt = after(tx.now, inspectionMs(held.escrow, 'MILESTONE')).toISOString();
        const change = { id: trancheId, state, deliveredAt: tx.now, changesReason: null };
        await moveTranche(tx, held, change, ({ escrow }) =>
          fact('escrow.milestone_submitted', aboutEscrow(escrow), {
            ...{ ...partiesOf(escrow), trancheId, number, dueAt },
          }),
        );
        return held.escrow.id;
      }),
    );
  }

  /** The buyer wants a submitted milestone changed: the seller has its days again. Refuses like `submit`. */
  async askChanges(
    viewer: Viewer,
    { key, trancheId, reason }: MilestoneAct & { readonly reason: string },
  ): Promise<EscrowId> {
    const buyer = requireBuyer(viewer);
    const scope = `${actorOf(viewer)}:escrowMilestoneChangesRequest`;
    return this.db.transaction(viewer, (tx) =>
      once(tx, { scope, key, input: { trancheId, reason } }, async () => {
        const held = await lockHeld(tx, { trancheId });
        if (held?.escrow.buyerId !== buyer) throw notFound();
        await askChangesIn(tx, held, { trancheId, reason });
        return held.escrow.id;
      }),
    );
  }
}

async function askChangesIn(
  tx: Tx,
  held: Held,
  { trancheId, reason }: { readonly trancheId: string; readonly reason: string },
): Promise<void> {
  const { number, state } = moving(held, trancheId, 'askChanges');
  const change = { id: trancheId, state, deliveredAt: null, changesReason: reason };
  await moveTranche(tx, held, change, ({ escrow }) =>
    fact('escrow.milestone_changes_requested', aboutEscrow(escrow), {
      ...{ ...partiesOf(escrow), trancheId, number },
    }),
  );
}

/** A milestone to which this can happen, and where it is then. */
function moving(
  held: Held,
  trancheId: string,
  event: TrancheEvent,
): { readonly number: number; readonly state: TrancheRow['state'] } {
  const { kind, number, state: before } = trancheOf(held, trancheId);
  if (before === 'FROZEN') throw refuse('TRANCHE_FROZEN');
  const state = trancheMachine.next(before, event);
  if (kind !== 'MILESTONE' || number === null || state === undefined) {
    throw refuse('TRANSITION_NOT_ALLOWED');
  }
  return { number, state };
}

const notFound = () => refuse('NOT_FOUND', { field: ['input', 'trancheId'] });
