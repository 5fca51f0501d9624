import { fact } from '#contracts/fact';
import type { EscrowId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import { after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import type { NewFact } from '#kernel/events/fact';
import { clearTimers } from '#kernel/events/timers';
import { type SellerService, actorOf, requireBuyer } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import { inspectionMs } from '../deadlines/timer.rules';
import { partsOfStep } from './step.rules';
import { type HeldState, type TrancheState, trancheMachine } from './tranche.machine';
import {
  type Held,
  type TrancheChange,
  aboutEscrow,
  lockHeld,
  moveTranche,
  partiesOf,
  trancheOf,
} from './tranche.service';

/** Which milestone, or part of one, and the key. */
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
        const dueAt = after(tx.now, inspectionMs(held.escrow, true)).toISOString();
        const step = {
          trancheId,
          event: 'submit',
          deliveredAt: tx.now,
          changesReason: null,
        } as const;
        await moveStep(tx, held, step, ({ escrow }, number) =>
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
  const step = {
    trancheId,
    event: 'askChanges',
    deliveredAt: null,
    changesReason: reason,
  } as const;
  await moveStep(tx, held, step, ({ escrow }, number) =>
    fact('escrow.milestone_changes_requested', aboutEscrow(escrow), {
      ...{ ...partiesOf(escrow), trancheId, number },
    }),
  );
}

type Step = Pick<TrancheChange, 'deliveredAt' | 'changesReason'> & {
  /** What was named: it can move. */
  readonly trancheId: string;
  readonly event: 'submit' | 'askChanges';
};

/**
 * Moves a step of work: what was named, then the other parts that cases split off. What is frozen stays so, and goes on
 * from there when it thaws, not by a deadline of before.
 */
async function moveStep(
  tx: Tx,
  held: Held,
  { trancheId, event, ...change }: Step,
  tell: (now: Held, number: number) => NewFact,
): Promise<void> {
  const { number, state: before } = trancheOf(held, trancheId);
  if (before === 'FROZEN') throw refuse('TRANCHE_FROZEN');
  const state = trancheMachine.next(before, event);
  if (number === null || state === undefined) throw refuse('TRANSITION_NOT_ALLOWED');
  let now = await moveTranche(tx, held, { id: trancheId, state, ...change }, (next) =>
    tell(next, number),
  );
  for (const part of partsOfStep(now.tranches, number)) {
    const { id, heldState } = part;
    const to = trancheMachine.next(heldState ?? part.state, event);
    if (id === trancheId || to === undefined) continue;
    const where = heldState === null ? { state: to } : { heldState: to as HeldState };
    now = await moveTranche(tx, now, { id, ...where, ...change }, progressed(to));
    if (heldState !== null) await clearTimers(tx, id);
  }
}

/** Of another part of the step: where its work is. */
const progressed =
  (to: TrancheState) =>
  ({ escrow }: Held): NewFact =>
    fact('escrow.progressed', aboutEscrow(escrow), { ...partiesOf(escrow), to });

const notFound = () => refuse('NOT_FOUND', { field: ['input', 'trancheId'] });
