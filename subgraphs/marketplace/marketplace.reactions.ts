import type { Reaction } from '#kernel/events/reaction';
import { sellerGateReactions } from './sellers/seller.reactions';
import type { SellerService } from './sellers/seller.service';

/** Everything that happens elsewhere and changes something here. */
export const marketplaceReactions = ({ sellers }: { sellers: SellerService }): Reaction[] => [
  ...sellerGateReactions(sellers),
];
