import type { DisputeId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { type SellerService, actorOf } from '../balances/seller.service';
import type { DisputeAct } from './dispute-talk.service';
import { lockAsParty, moveDispute, nextState, updated } from './dispute-move.service';

/** Either side may ask once that somebody else looks at a decision. */
export class DisputeAppealService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
  ) {}

  /** Within the time for it; until it is decided nothing leaves us. Refuses with NOT_FOUND, TRANSITION_NOT_ALLOWED. */
  appeal(
    viewer: Viewer,
    { key, disputeId, reason }: DisputeAct & { readonly reason: string },
  ): Promise<DisputeId> {
    const by = actorOf(viewer);
    const intent = { scope: `${by}:disputeAppeal`, key, input: { disputeId, reason } };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const { side, ...found } = await lockAsParty(tx, this.sellers, viewer, disputeId);
        const state = nextState(found.dispute, 'appeal');
        await tx.query(
          `insert into "disputeAppeal" ("disputeId", side, "by", reason, at)
           values ($1, $2, $3, $4, $5)`,
          [disputeId, side, by, reason, tx.now],
        );
        await moveDispute(tx, found, { state }, updated(found.held, `${side}_APPEALED`));
        return disputeId;
      }),
    );
  }
}
