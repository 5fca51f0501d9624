import { AccountRow, SignInThrottleRow } from './accounts/account.entity';
import { CartLineRow, CartRow } from './cart/cart.entity';
import { CategoryRow } from './catalogue/category.entity';
import { OfferRow, StockRow } from './catalogue/offer.entity';
import { ProductRow, VariantRow } from './catalogue/product.entity';
import { CheckoutLineRow, CheckoutRow, ReservationRow } from './checkout/checkout.entity';
import { OrderEventRow, OrderGroupRow, OrderLineRow, OrderRow } from './orders/order.entity';
import { ReviewRow } from './reviews/review.entity';
import { SearchDocumentRow } from './search/search-document.entity';
import { SellerGateRow, SellerMemberRow, SellerRow } from './sellers/seller.entity';

/** Every table of this subgraph that has a row type. */
export const marketplaceEntities: (new () => object)[] = [
  // accounts, sellers, catalogue, search
  AccountRow,
  SignInThrottleRow,
  SellerRow,
  SellerMemberRow,
  SellerGateRow,
  CategoryRow,
  ProductRow,
  VariantRow,
  OfferRow,
  StockRow,
  SearchDocumentRow,
  // carts, checkouts, orders, reviews
  CartRow,
  CartLineRow,
  CheckoutRow,
  CheckoutLineRow,
  ReservationRow,
  OrderGroupRow,
  OrderRow,
  OrderLineRow,
  OrderEventRow,
  ReviewRow,
];
