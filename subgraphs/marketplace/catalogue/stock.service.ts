import { type Viewer, requireScope } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { refusals } from '#kernel/errors/refusal';
import type { OfferId, SellerId } from '#contracts/ids';
import type { SellerService } from '../sellers/seller.service';
import { catalogueErrors } from './catalogue.errors';
import type { OfferService } from './offer.service';

const refuse = refusals(catalogueErrors);
const MOST_STOCK = 10_000_000;

export interface StockAdjustment {
  readonly offerId: string;
  /** Units to add; negative to take away. */
  readonly delta: number;
  readonly idempotencyKey: string;
}

export class StockService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly offers: OfferService,
  ) {}

  /** Adds to or takes from the units on hand, once per key; never below what checkouts have reserved. */
  adjust(viewer: Viewer, { offerId, delta, idempotencyKey }: StockAdjustment): Promise<OfferId> {
    requireScope(viewer, 'catalogue:write');
    return this.db.transaction(viewer, async (tx) => {
      const offer = await tx.first<{ id: OfferId; sellerId: SellerId }>(
        'select id, "sellerId" from offer where id = $1',
        [offerId],
      );
      // A foreign offer is answered like none: a draft's existence is its seller's business.
      if (!offer || !(await this.sellers.actsFor(tx, viewer, offer.sellerId, 'catalogue:write'))) {
        throw refuse('OFFER_NOT_FOUND', { field: ['offerId'] });
      }
      const actor = viewer.accountId ?? viewer.keyId ?? '';
      const intent = {
        scope: `${actor}:stockAdjust`,
        key: idempotencyKey,
        input: { offerId, delta },
      };
      const answer = await once(tx, intent, async () => {
        await this.adjustIn(tx, offer.id, delta);
        return { offerId: offer.id };
      });
      return answer.offerId;
    });
  }

  private async adjustIn(tx: Tx, offerId: OfferId, delta: number): Promise<void> {
    if (!Number.isSafeInteger(delta) || Math.abs(delta) > MOST_STOCK) {
      throw refuse('STOCK_INVALID', { field: ['delta'] });
    }
    const row = await tx.first<{ before: number; now: number; onHand: number }>(
      `update stock set "onHand" = "onHand" + $2, "updatedAt" = $3
       where "offerId" = $1 and "onHand" + $2 >= reserved
       returning "onHand" - reserved - $2 as before, "onHand" - reserved as now, "onHand"`,
      [offerId, delta, tx.now],
    );
    if (row === undefined) throw refuse('STOCK_BELOW_RESERVED', { field: ['delta'] });
    if (row.onHand > MOST_STOCK) throw refuse('STOCK_INVALID', { field: ['delta'] });
    // Others need to know only when it ran out or came back.
    if (row.before > 0 !== row.now > 0) await this.offers.changedIn(tx, [offerId]);
  }
}
