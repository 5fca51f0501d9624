import type { Viewer } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';
import { dryRun } from '#kernel/db/dry-run';
import { type SellerService, actorOf } from '../balances/seller.service';
import { postedIn } from '../ledger/posted.service';
import { refuse } from '../payments.errors';
import { type ReleaseSum, releaseSum } from './release-preview.rules';
import type { ReleaseService } from './release.service';
import type { ReleaseTarget } from './release-target.service';
import { lockHeld } from '../escrow/tranche.service';

/** What the buyer's word would do now. */
export interface ReleasePreview {
  readonly currency: string;
  readonly sum: ReleaseSum;
  /** Whether the viewer may see what becomes of it on the seller's side. */
  readonly seesSeller: boolean;
}

/** Shows what a release would do: it is run as it is, and rolled back. */
export class ReleasePreviewService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly releases: ReleaseService,
  ) {}

  /** For the buyer, the seller's side and operators. Refuses like the buyer's own `escrowReleaseConfirm`. */
  preview(viewer: Viewer, { trancheId, ...target }: ReleaseTarget): Promise<ReleasePreview> {
    actorOf(viewer); // strangers get UNAUTHENTICATED
    return dryRun(this.db, viewer, async (tx) => {
      const held = await lockHeld(tx, target);
      if (held === undefined) throw refuse('NOT_FOUND');
      const { orderId, buyerId, sellerId, currency } = held.escrow;
      if ((target.orderId ?? orderId) !== orderId) throw refuse('NOT_FOUND');
      const isBuyer = viewer.kind === 'USER' && viewer.accountId === buyerId;
      const seesSeller = await this.sellers.mayActFor(viewer, sellerId, 'payments:read', tx);
      if (!isBuyer && !seesSeller) throw refuse('NOT_FOUND');
      await this.releases.confirmIn(tx, held, trancheId);
      const sum = releaseSum(await postedIn(tx));
      return { currency, sum, seesSeller };
    });
  }
}
