import { type Viewer, requireRole } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import type { Money } from '#kernel/money/money';
import { actorOf } from '../balances/seller.service';
import type { HoldId } from '../payments.ids';
import { refuse } from '../payments.errors';
import type { HoldRow } from './hold.entity';
import { liftIn } from './hold.service';
import { liftReleasedIn } from './released-hold.service';
import { reviewHoldIn } from './hold-review.service';
import { holdIn, liveHoldsOf } from './stacked-hold.service';
import { type Held, lockHeld } from '../escrow/tranche.service';

/** A hold that an operator places. */
export interface HoldInput {
  readonly key: string;
  readonly trancheId: string;
  /** All that is available by default. */
  readonly amount: Money | undefined;
  readonly cause: 'RISK' | 'LEGAL';
  readonly reason: string;
}

/** Holds by operators: a suspicion, or a court. Those of disputes come and go with the dispute. */
export class HoldActService {
  constructor(private readonly db: Database) {}

  async place(viewer: Viewer, { key, ...wanted }: HoldInput): Promise<HoldId> {
    requireRole(viewer, 'OPERATOR');
    const intent = { scope: `${actorOf(viewer)}:escrowHoldPlace`, key, input: wanted };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const held = await lockHeld(tx, { trancheId: wanted.trancheId });
        if (held === undefined) throw refuse('NOT_FOUND', { field: ['input', 'trancheId'] });
        const { amount, ...order } = wanted;
        if (amount !== undefined && amount.currency !== held.escrow.currency) {
          throw refuse('AMOUNT_INVALID', { field: ['input', 'amount', 'currencyCode'] });
        }
        const free = amount === undefined ? await withoutRisk(tx, held, order) : held;
        const { holdId } = await holdIn(tx, free, { ...order, amountMinor: amount?.minor });
        await reviewHoldIn(tx, holdId);
        return holdId;
      }),
    );
  }

  async lift(viewer: Viewer, { key, holdId }: { key: string; holdId: string }): Promise<HoldId> {
    requireRole(viewer, 'OPERATOR');
    const intent = { scope: `${actorOf(viewer)}:escrowHoldLift`, key, input: { holdId } };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const known = await tx.first<HoldRow>('select * from hold where id = $1', [holdId]);
        const held = known && (await lockHeld(tx, { escrowId: known.escrowId }));
        const hold = await tx.first<HoldRow>('select * from hold where id = $1', [holdId]);
        if (held === undefined || hold === undefined) {
          throw refuse('NOT_FOUND', { field: ['input', 'holdId'] });
        }
        const byPerson = hold.cause === 'RISK' || hold.cause === 'LEGAL';
        if (!byPerson || hold.liftedAt !== null) throw refuse('TRANSITION_NOT_ALLOWED');
        if (hold.source === 'RELEASED') await liftReleasedIn(tx, held, [hold.id]);
        else await liftIn(tx, held, hold.id);
        return hold.id;
      }),
    );
  }
}

/** An authority's hold takes the place of a suspicion: whatever that would have led to waits for the authority. */
async function withoutRisk(
  tx: Tx,
  held: Held,
  { trancheId, cause }: Pick<HoldInput, 'trancheId' | 'cause'>,
): Promise<Held> {
  const holds = cause === 'LEGAL' ? await liveHoldsOf(tx, trancheId) : [];
  const suspicion = holds.find((one) => one.cause === 'RISK');
  return suspicion === undefined ? held : liftIn(tx, held, suspicion.id);
}
