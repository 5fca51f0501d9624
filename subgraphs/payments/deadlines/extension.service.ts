import { fact } from '#contracts/fact';
import type { EscrowId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import { DAY, after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { setTimer } from '#kernel/events/timers';
import { type SellerService, actorOf } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import { type Extender, extensionRefusal } from './extension.rules';
import { BUYER_EXTENSION_DAYS, INSPECTION_REMINDER_MS } from './timer.rules';
import {
  type Held,
  aboutEscrow,
  lockHeld,
  moveTranche,
  partiesOf,
  trancheOf,
} from '../escrow/tranche.service';

/** T5: the buyer gets more time before the money goes to the seller by itself. */
export class ExtensionService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
  ) {}

  /**
   * The buyer takes 3 more days, once; the seller grants more, 30 in all. Refuses with NOT_FOUND (also for operators:
   * the time is the parties'), TRANSITION_NOT_ALLOWED, TRANCHE_FROZEN, EXTENSION_EXHAUSTED.
   */
  async extend(
    viewer: Viewer,
    input: { readonly key: string; readonly trancheId: string; readonly days: number | undefined },
  ): Promise<EscrowId> {
    const { key, trancheId, days = BUYER_EXTENSION_DAYS } = input;
    const scope = `${actorOf(viewer)}:escrowInspectionExtend`;
    return this.db.transaction(viewer, (tx) =>
      once(tx, { scope, key, input: { trancheId, days } }, async () => {
        const held = await lockHeld(tx, { trancheId });
        const by = held && (await this.extender(tx, viewer, held));
        if (held === undefined || by === undefined) {
          throw refuse('NOT_FOUND', { field: ['input', 'trancheId'] });
        }
        const refusal = extensionRefusal(trancheOf(held, trancheId), by, days);
        if (refusal !== undefined) throw refuse(refusal);
        await extendIn(tx, held, { trancheId, by, days });
        return held.escrow.id;
      }),
    );
  }

  private async extender(tx: Tx, viewer: Viewer, { escrow }: Held): Promise<Extender | undefined> {
    if (viewer.kind === 'USER' && viewer.accountId === escrow.buyerId) return 'BUYER';
    const mine = await this.sellers.sellersOf(viewer, 'payments:write', tx);
    return mine.has(escrow.sellerId) ? 'SELLER' : undefined;
  }
}

async function extendIn(
  tx: Tx,
  held: Held,
  { trancheId, by, days }: { readonly trancheId: string; readonly by: Extender; days: number },
): Promise<void> {
  const moved = await tx.first<{ fireAt: Date; kind: string }>(
    `update timer set "fireAt" = "fireAt" + $2 * interval '1 millisecond'
     where subject = $1 and kind in ('T3', 'T4') and "fireAt" is not null returning kind, "fireAt"`,
    [trancheId, days * DAY],
  );
  if (moved === undefined) throw new Error(`${trancheId} has no deadline to move`);
  const { fireAt: until, kind } = moved;
  if (kind === 'T4') {
    const reminder = { subject: trancheId, kind: 'T4_REMIND', version: 0 };
    await setTimer(tx, reminder, after(until, -INSPECTION_REMINDER_MS));
  }
  const change = by === 'BUYER' ? { extendedByBuyer: true as const } : { grantedDays: days };
  await moveTranche(tx, held, { id: trancheId, ...change }, ({ escrow }) =>
    fact('escrow.extended', aboutEscrow(escrow), {
      ...partiesOf(escrow),
      trancheId,
      by,
      days,
      until: until.toISOString(),
    }),
  );
}
