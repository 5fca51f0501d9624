import { type Viewer, requireAccount, requireRole } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { actorOf } from '../balances/seller.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { refuse } from '../payments.errors';
import type { ReconciliationItemId } from '../payments.ids';
import { PSP_CONNECTION } from '../psp/connection.rules';
import type { ReconciliationItemRow } from './reconciliation-item.entity';
import { writeOffLegs } from './reconciliation.rules';

/** Ends what does not match: one person says why, a second one agrees, and the difference is written off. */
export class ResolutionService {
  constructor(private readonly db: Database) {}

  /** Operators. The first call proposes; the same call by somebody else does it. */
  async resolve(
    viewer: Viewer,
    input: { readonly key: string; readonly itemId: ReconciliationItemId; readonly reason: string },
  ): Promise<ReconciliationItemId> {
    requireRole(viewer, 'OPERATOR');
    const person = requireAccount(viewer);
    const { key, itemId, reason } = input;
    const scope = `${actorOf(viewer)}:reconciliationItemResolve`;
    return this.db.transaction(viewer, (tx) =>
      once(tx, { scope, key, input: { itemId, reason } }, async () => {
        const item = await tx.first<ReconciliationItemRow>(
          'select * from "reconciliationItem" where id = $1 for no key update',
          [itemId],
        );
        if (item === undefined) throw refuse('NOT_FOUND', { field: ['input', 'itemId'] });
        if (item.state === 'OPEN' && item.outcome !== 'TIMING') {
          await this.propose(tx, item, person, reason);
        } else if (item.state === 'PROPOSED') {
          await this.agree(tx, item, person);
        } else {
          throw refuse('ITEM_NOT_OPEN', { field: ['input', 'itemId'] });
        }
        return itemId;
      }),
    );
  }

  private async propose(
    tx: Tx,
    { id }: ReconciliationItemRow,
    person: string,
    reason: string,
  ): Promise<void> {
    await tx.query(
      `update "reconciliationItem" set state = 'PROPOSED', reason = $2, "proposedBy" = $3,
         version = version + 1 where id = $1`,
      [id, reason, person],
    );
  }

  private async agree(tx: Tx, item: ReconciliationItemRow, person: string): Promise<void> {
    if (item.proposedBy === person) throw refuse('APPROVAL_REQUIRED');
    await tx.query(
      `update "reconciliationItem" set state = 'RESOLVED', "resolvedBy" = $2,
         version = version + 1 where id = $1`,
      [item.id, person],
    );
    const { currency } = item;
    const [clearing = 0n, bank = 0n, difference = 0n] = await openAccounts(tx, [
      { kind: 'PSP_CLEARING', owner: PSP_CONNECTION, currency },
      { kind: 'BANK', owner: PLATFORM, currency },
      { kind: 'SETTLEMENT_DIFFERENCE', owner: PLATFORM, currency },
    ]);
    const legs = writeOffLegs(item, { clearing, bank, difference });
    if (legs.length > 0) await post(tx, posting(`${item.id}:written off`, currency, tx.now, legs));
  }
}
