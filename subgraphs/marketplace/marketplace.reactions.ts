import type { Reaction } from '#kernel/events/reaction';
import type { OrderProgressService } from './orders/order-progress.service';
import {
  orderDisputeReactions,
  orderGoodsReactions,
  orderMoneyReactions,
} from './orders/order.reactions';
import type { OrderService } from './orders/order.service';
import { sellerGateReactions } from './sellers/seller.reactions';
import type { SellerService } from './sellers/seller.service';

interface Reacting {
  readonly sellers: SellerService;
  readonly progress: OrderProgressService;
  readonly orderDecisions: OrderService;
}

/** Everything that happens elsewhere and changes something here. */
export const marketplaceReactions = ({
  sellers,
  progress,
  orderDecisions,
}: Reacting): Reaction[] => [
  ...sellerGateReactions(sellers),
  ...orderMoneyReactions(progress),
  ...orderDisputeReactions(progress),
  ...orderGoodsReactions(progress, orderDecisions),
];
