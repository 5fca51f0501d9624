import { Directive, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import { ActionType } from '#kernel/graphql/payload.types';
import { CurrencyCode } from '#kernel/graphql/scalars';
import { Account } from '../accounts/account.types';
import { Offer } from '../catalogue/offer.types';
import { Product } from '../catalogue/product.types';
import { PostalAddress } from '../checkout/address.types';
import type { MarketplaceContext } from '../marketplace.context';
import { Review } from '../reviews/review.types';
import { Seller } from '../sellers/seller.types';
import { actionsFor } from './order-actions.rules';
import { type OrderDisplayStatus, displayStatusOf } from './order-axes.rules';
import { OrderDisplayStatusEnum } from './order-axes.types';
import { OrderGroup } from './order-group.types';
import { factsOf } from './order-view.service';
import { Order, OrderLine, OrderTimelineEntry } from './order.types';

@Resolver(() => Order)
export class OrderFieldsResolver {
  @FieldResolver(() => OrderGroup, {
    nullable: true,
    description: 'What it was bought together with; null for the seller.',
  })
  async group(
    @Root() { orderGroupId }: Order,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<OrderGroup | null> {
    return (await orderLoaders.orderGroup.load(orderGroupId)) ?? null;
  }

  @FieldResolver(() => Account, { nullable: true, description: 'Who bought.' })
  async buyer(
    @Root() { buyerId }: Order,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Account | null> {
    return (await loaders.account.load(buyerId)) ?? null;
  }

  @FieldResolver(() => Seller, { nullable: true, description: 'Who sold.' })
  async seller(
    @Root() { sellerId }: Order,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Seller | null> {
    return (await loaders.seller.load(sellerId)) ?? null;
  }

  @FieldResolver(() => [OrderLine], { description: 'What was bought; 100 lines at most.' })
  lines(@Root() { id }: Order, @Ctx() { orderLoaders }: MarketplaceContext): Promise<OrderLine[]> {
    return orderLoaders.linesOfOrder.load(id);
  }

  @FieldResolver(() => OrderDisplayStatusEnum, { description: 'The one status to show.' })
  displayStatus(@Root() order: Order): OrderDisplayStatus {
    return displayStatusOf(order);
  }

  @FieldResolver(() => MoneyType, { description: 'Goods.' })
  subtotal(@Root() { subtotalMinor, currency }: Order): MoneyType {
    return MoneyType.of(subtotalMinor, currency);
  }

  @FieldResolver(() => MoneyType, { description: 'Shipping of all lines.' })
  shippingTotal(@Root() { shippingMinor, currency }: Order): MoneyType {
    return MoneyType.of(shippingMinor, currency);
  }

  @FieldResolver(() => MoneyType, { description: 'What the buyer pays: goods and shipping.' })
  total(@Root() { totalMinor, currency }: Order): MoneyType {
    return MoneyType.of(totalMinor, currency);
  }

  @FieldResolver(() => MoneyType, {
    nullable: true,
    description: 'The marketplace’s share of the total; null for the buyer.',
  })
  commission(@Root() { commissionMinor, currency, party }: Order): MoneyType | null {
    return party === 'BUYER' ? null : MoneyType.of(commissionMinor, currency);
  }

  @FieldResolver(() => CurrencyCode, { description: 'ISO 4217; of all amounts of the order.' })
  currencyCode(@Root() { currency }: Order): string {
    return currency;
  }

  @FieldResolver(() => PostalAddress, { nullable: true, description: 'Where the goods go.' })
  shipTo(
    @Root() { id }: Order,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<PostalAddress | null> {
    return orderLoaders.shipToOfOrder.load(id).then((address) => address ?? null);
  }

  @FieldResolver(() => [OrderTimelineEntry], { description: 'What happened, oldest first.' })
  timeline(
    @Root() { id }: Order,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<OrderTimelineEntry[]> {
    return orderLoaders.eventsOfOrder.load(id);
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => [ActionType], { description: 'What the viewer could do now, and why not.' })
  actions(@Root() order: Order): ActionType[] {
    return actionsFor(order.party, factsOf(order)).map(({ action, verdict }) => ({
      action,
      allowed: verdict === undefined,
      reason: verdict ?? null,
      deadline: null,
    }));
  }
}

@Resolver(() => OrderLine)
export class OrderLineResolver {
  @FieldResolver(() => Product, { nullable: true, description: 'What it is.' })
  async product(
    @Root() { productId }: OrderLine,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Product | null> {
    return (await loaders.product.load(productId)) ?? null;
  }

  @FieldResolver(() => Offer, {
    nullable: true,
    description: 'The offer as it is now; its price may differ from the one paid.',
  })
  async offer(
    @Root() { offerId }: OrderLine,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Offer | null> {
    return (await loaders.offer.load(offerId)) ?? null;
  }

  @FieldResolver(() => MoneyType, { nullable: true, description: 'Price of one unit as agreed.' })
  async unitPrice(
    @Root() line: OrderLine,
    @Ctx() context: MarketplaceContext,
  ): Promise<MoneyType | null> {
    return amountOf(line, line.unitMinor, context);
  }

  @FieldResolver(() => MoneyType, { nullable: true, description: 'Shipping of all its units.' })
  async shippingPrice(
    @Root() line: OrderLine,
    @Ctx() context: MarketplaceContext,
  ): Promise<MoneyType | null> {
    return amountOf(line, line.shippingMinor, context);
  }

  @FieldResolver(() => MoneyType, { nullable: true, description: 'All units with shipping.' })
  async total(
    @Root() line: OrderLine,
    @Ctx() context: MarketplaceContext,
  ): Promise<MoneyType | null> {
    return amountOf(line, line.totalMinor, context);
  }

  @FieldResolver(() => Review, { nullable: true, description: 'The buyer’s word about it.' })
  async review(
    @Root() { id }: OrderLine,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<Review | null> {
    return (await orderLoaders.reviewOfLine.load(id)) ?? null;
  }
}

/** A line has its order's currency. */
async function amountOf(
  { orderId }: OrderLine,
  minor: bigint,
  { orderLoaders }: MarketplaceContext,
): Promise<MoneyType | null> {
  const order = await orderLoaders.order.load(orderId);
  return order === undefined ? null : MoneyType.of(minor, order.currency);
}
