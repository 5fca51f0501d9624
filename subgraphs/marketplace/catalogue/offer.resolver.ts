import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import type { MarketplaceContext } from '../marketplace.context';
import {
  OfferCreateInput,
  OfferCreatePayload,
  OfferPauseInput,
  OfferPausePayload,
  OfferPublishInput,
  OfferPublishPayload,
  OfferWithdrawInput,
  OfferWithdrawPayload,
  StockAdjustInput,
  StockAdjustPayload,
} from './offer-change.types';
import { Offer } from './offer.types';
import { Variant } from './product.types';

type OfferPayload = Promise<Payload<{ offer: Offer }>>;

@Resolver(() => Offer)
export class OfferResolver {
  @NeedsScope('catalogue:write')
  @Mutation(() => OfferCreatePayload, {
    nullable: true,
    description: 'Offers a variant that exists, at once live. Needs catalogue:write.',
  })
  offerCreate(
    @Arg('input', () => OfferCreateInput, { description: 'The terms.' }) input: OfferCreateInput,
    @Ctx() context: MarketplaceContext,
  ): OfferPayload {
    const { offers, viewer } = context;
    return OfferCreatePayload.settle(async () =>
      shown(context, await offers.create(viewer, input)),
    );
  }

  @NeedsScope('catalogue:write')
  @Mutation(() => OfferPausePayload, {
    nullable: true,
    description: 'Takes a live offer off. Needs catalogue:write.',
  })
  offerPause(
    @Arg('input', () => OfferPauseInput, { description: 'Which offer.' })
    { offerId }: OfferPauseInput,
    @Ctx() context: MarketplaceContext,
  ): OfferPayload {
    const { offers, viewer } = context;
    return OfferPausePayload.settle(async () =>
      shown(context, await offers.transition(viewer, offerId, 'pause')),
    );
  }

  @NeedsScope('catalogue:write')
  @Mutation(() => OfferPublishPayload, {
    nullable: true,
    description: 'Brings a paused offer back. Needs catalogue:write.',
  })
  offerPublish(
    @Arg('input', () => OfferPublishInput, { description: 'Which offer.' })
    { offerId }: OfferPublishInput,
    @Ctx() context: MarketplaceContext,
  ): OfferPayload {
    const { offers, viewer } = context;
    return OfferPublishPayload.settle(async () =>
      shown(context, await offers.transition(viewer, offerId, 'publish')),
    );
  }

  @NeedsScope('catalogue:write')
  @Mutation(() => OfferWithdrawPayload, {
    nullable: true,
    description: 'Ends an offer for good. Needs catalogue:write.',
  })
  offerWithdraw(
    @Arg('input', () => OfferWithdrawInput, { description: 'Which offer.' })
    { offerId }: OfferWithdrawInput,
    @Ctx() context: MarketplaceContext,
  ): OfferPayload {
    const { offers, viewer } = context;
    return OfferWithdrawPayload.settle(async () =>
      shown(context, await offers.transition(viewer, offerId, 'withdraw')),
    );
  }

  @NeedsScope('catalogue:write')
  @Mutation(() => StockAdjustPayload, {
    nullable: true,
    description: 'Adds to or takes from the units on hand, once per key. Needs catalogue:write.',
  })
  stockAdjust(
    @Arg('input', () => StockAdjustInput, { description: 'Whose stock and by how much.' })
    input: StockAdjustInput,
    @Ctx() context: MarketplaceContext,
  ): OfferPayload {
    const { stock, viewer } = context;
    return StockAdjustPayload.settle(async () => shown(context, await stock.adjust(viewer, input)));
  }

  @FieldResolver(() => Variant, { nullable: true, description: 'What is sold.' })
  async variant(
    @Root() { variantId, productId }: Offer,
    @Ctx() { loaders }: MarketplaceContext,
  ): Promise<Variant | null> {
    // By product, because a page that shows offers shows the product's variants too: one statement for both.
    const variants = await loaders.productVariants.load(productId);
    return variants.find(({ id }) => id === variantId) ?? null;
  }

  @FieldResolver(() => MoneyType, { description: 'Of one unit.' })
  price(@Root() { unitMinor, currency }: Offer): MoneyType {
    return MoneyType.of(unitMinor, currency);
  }

  @FieldResolver(() => MoneyType, { description: 'Of shipping one unit.' })
  shippingPrice(@Root() { shippingMinor, currency }: Offer): MoneyType {
    return MoneyType.of(shippingMinor, currency);
  }

  @FieldResolver(() => Boolean, {
    description: 'True when it can be bought now: live, in stock, and its seller may sell.',
  })
  inStock(@Root() { available, state, sellingAllowed }: Offer): boolean {
    return available > 0 && state === 'LIVE' && sellingAllowed;
  }

  @FieldResolver(() => Int, { description: 'Units that nobody has reserved.' })
  availableQuantity(@Root() { available }: Offer): number {
    return available;
  }
}

async function shown({ loaders }: MarketplaceContext, offerId: string): Promise<{ offer: Offer }> {
  const offer = await loaders.offer.clear(offerId).load(offerId);
  if (offer === undefined) throw new Error(`offer ${offerId} was just written`);
  return { offer };
}
