import type { Reaction } from '#kernel/events/reaction';
import { reaction } from '#contracts/fact';
import type { SellerService } from './seller.service';

/** What merchant-services says about who may sell. */
export const sellerGateReactions = (sellers: SellerService): Reaction[] => [
  reaction('merchant.verification_changed', [], (tx, { sellerIds, merchantId, gates, version }) =>
    sellers.gateIn(tx, { sellerIds, merchantId, sellingAllowed: gates.SELL, version }),
  ),
];
