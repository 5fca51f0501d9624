import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import { CurrencyCode } from '#kernel/graphql/scalars';
import { total } from '#kernel/money/money';
import { Offer } from '../catalogue/offer.types';
import { lineValue } from '../checkout/split.rules';
import type { MarketplaceContext } from '../marketplace.context';
import { Seller } from '../sellers/seller.types';
import { cartProblems } from './cart.errors';
import { problemsOf } from './cart.rules';
import {
  Cart,
  CartCreateInput,
  CartCreatePayload,
  CartGroup,
  CartLine,
  CartLinesAddInput,
  CartLinesAddPayload,
  CartLinesRemoveInput,
  CartLinesRemovePayload,
  CartLinesUpdateInput,
  CartLinesUpdatePayload,
  CartProblem,
  type CartResult,
} from './cart.types';

/** A cart in another currency than its lines shows its total in the lines that fit. */
const sumOf = (lines: readonly CartLine[], currency: string): MoneyType =>
  MoneyType.of(total(lines.filter((line) => line.currency === currency).map(lineValue)), currency);

@Resolver(() => Cart)
export class CartResolver {
  @Query(() => Cart, { nullable: true, description: 'One cart of the caller’s, by its id.' })
  async cart(
    @Arg('id', () => ID, { description: 'Of the cart.' }) id: string,
    @Ctx() { carts, viewer }: MarketplaceContext,
  ): Promise<Cart | null> {
    return (await carts.get(viewer, id)) ?? null;
  }

  @Mutation(() => CartCreatePayload, {
    nullable: true,
    description: 'Makes a cart; keep its id, for an anonymous caller it is the only key to it.',
  })
  cartCreate(
    @Arg('input', () => CartCreateInput, { description: 'What it is like.' })
    { currencyCode, lines }: CartCreateInput,
    @Ctx() { carts, viewer }: MarketplaceContext,
  ): Promise<CartResult> {
    return CartCreatePayload.settle(async () => ({
      cart: await carts.create(viewer, currencyCode ?? null, lines ?? []),
    }));
  }

  @Mutation(() => CartLinesAddPayload, {
    nullable: true,
    description: 'Puts units of offers into a cart. Reserves nothing: checkoutBegin does.',
  })
  cartLinesAdd(
    @Arg('input', () => CartLinesAddInput, { description: 'What to add.' })
    { cartId, lines }: CartLinesAddInput,
    @Ctx() { carts, viewer }: MarketplaceContext,
  ): Promise<CartResult> {
    return CartLinesAddPayload.settle(async () => ({
      cart: await carts.linesAdd(viewer, cartId, lines),
    }));
  }

  @Mutation(() => CartLinesUpdatePayload, {
    nullable: true,
    description: 'Sets quantities of a cart’s lines.',
  })
  cartLinesUpdate(
    @Arg('input', () => CartLinesUpdateInput, { description: 'What to change.' })
    { cartId, lines }: CartLinesUpdateInput,
    @Ctx() { carts, viewer }: MarketplaceContext,
  ): Promise<CartResult> {
    return CartLinesUpdatePayload.settle(async () => ({
      cart: await carts.linesUpdate(viewer, cartId, lines),
    }));
  }

  @Mutation(() => CartLinesRemovePayload, {
    nullable: true,
    description: 'Takes lines out of a cart.',
  })
  cartLinesRemove(
    @Arg('input', () => CartLinesRemoveInput, { description: 'What to remove.' })
    { cartId, lineIds }: CartLinesRemoveInput,
    @Ctx() { carts, viewer }: MarketplaceContext,
  ): Promise<CartResult> {
    return CartLinesRemovePayload.settle(async () => ({
      cart: await carts.linesRemove(viewer, cartId, lineIds),
    }));
  }

  @FieldResolver(() => CurrencyCode, {
    nullable: true,
    description: 'ISO 4217; null while the cart is empty and none was chosen.',
  })
  currencyCode(@Root() { currency }: Cart): string | null {
    return currency;
  }

  @FieldResolver(() => [CartLine], {
    description: 'In the order in which they were added; 100 at most.',
  })
  lines(@Root() { id }: Cart, @Ctx() { orderLoaders }: MarketplaceContext): Promise<CartLine[]> {
    return orderLoaders.linesOfCart.load(id);
  }

  @Directive('@listSize(assumedSize: 5)')
  @FieldResolver(() => [CartGroup], { description: 'The lines by seller.' })
  async groups(
    @Root() { id }: Cart,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<CartGroup[]> {
    const lines = await orderLoaders.linesOfCart.load(id);
    return [...new Set(lines.map(({ sellerId }) => sellerId))].map((sellerId) => ({
      sellerId,
      lines: lines.filter((line) => line.sellerId === sellerId),
    }));
  }

  @Directive('@listSize(assumedSize: 2)')
  @FieldResolver(() => [CartProblem], { description: 'What blocks the checkout now.' })
  async problems(
    @Root() { id, currency }: Cart,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<CartProblem[]> {
    const lines = await orderLoaders.linesOfCart.load(id);
    return problemsOf(currency, lines).map((problem) => ({
      ...problem,
      message: cartProblems[problem.code],
    }));
  }

  @FieldResolver(() => MoneyType, {
    nullable: true,
    description: 'Goods and shipping at the prices of now; null while there is no currency.',
  })
  async total(
    @Root() { id, currency }: Cart,
    @Ctx() { orderLoaders }: MarketplaceContext,
  ): Promise<MoneyType | null> {
    if (currency === null) return null;
    return sumOf(await orderLoaders.linesOfCart.load(id), currency);
  }
}

@Resolver(() => CartLine)
export class CartLineResolver {
  @FieldResolver(() => Offer, { nullable: true, description: 'What would be bought.' })
  async offer(
    @Root() { offerId }: CartLine,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Offer | null> {
    return (await loaders.offer.load(offerId)) ?? null;
  }

  @FieldResolver(() => MoneyType, { description: 'Price of one unit now, without shipping.' })
  unitPrice(@Root() { unitMinor, currency }: CartLine): MoneyType {
    return MoneyType.of(unitMinor, currency);
  }

  @FieldResolver(() => MoneyType, { description: 'All units with their shipping.' })
  lineTotal(@Root() line: CartLine): MoneyType {
    return MoneyType.of(lineValue(line), line.currency);
  }
}

@Resolver(() => CartGroup)
export class CartGroupResolver {
  @FieldResolver(() => Seller, { nullable: true, description: 'Who sells these.' })
  async seller(
    @Root() { sellerId }: CartGroup,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Seller | null> {
    return (await loaders.seller.load(sellerId)) ?? null;
  }

  @FieldResolver(() => MoneyType, {
    nullable: true,
    description: 'Goods and shipping of this seller, in the currency of its first line.',
  })
  total(@Root() { lines }: CartGroup): MoneyType | null {
    const [first] = lines;
    return first === undefined ? null : sumOf(lines, first.currency);
  }
}
