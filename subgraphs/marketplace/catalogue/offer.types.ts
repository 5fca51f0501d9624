import { Directive, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { enumOf, statesOf } from '#kernel/machine/machine';
import type { OfferId, ProductId, SellerId, VariantId } from '#contracts/ids';
import { Seller } from '../sellers/seller.types';
import type { OfferRow, OfferSeller, OfferWithStock } from './offer.entity';
import { type OfferState, offerMachine } from './offer.machine';

const OfferStateEnum = enumOf(statesOf(offerMachine));
registerEnumType(OfferStateEnum, {
  name: 'OfferState',
  description: 'Where an offer is in its life.',
  valuesConfig: {
    DRAFT: { description: 'Never published.' },
    LIVE: { description: 'Can be bought, as far as stock and the seller’s rights allow.' },
    PAUSED: { description: 'Taken off by its seller for a while.' },
    WITHDRAWN: { description: 'Gone for good.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType({ implements: NodeType, description: 'One seller’s terms for one variant.' })
export class Offer
  extends NodeType
  implements
    Pick<
      OfferRow,
      | 'id'
      | 'sellerId'
      | 'variantId'
      | 'productId'
      | 'state'
      | 'currency'
      | 'unitMinor'
      | 'shippingMinor'
      | 'handlingDays'
    >,
    Pick<OfferWithStock, 'available' | 'sellingAllowed' | 'seller'>
{
  declare id: OfferId;

  @Field(() => OfferStateEnum, { description: 'See OfferState.' })
  state!: OfferState;

  @Field(() => Int, { description: 'Working days until it is handed to a carrier.' })
  handlingDays!: number;

  sellerId!: SellerId;
  variantId!: VariantId;
  productId!: ProductId;
  currency!: string;
  unitMinor!: bigint;
  shippingMinor!: bigint;
  available!: number;
  sellingAllowed!: boolean;

  @Field(() => Seller, { description: 'Who sells.' })
  seller!: OfferSeller;
}

export const OfferConnection = connectionType('Offer', () => Offer);

/** An offer's place in lists of offers: price and shipping, then id. */
export const offerKey = ({ unitMinor, shippingMinor, id }: Offer): string[] => [
  (unitMinor + shippingMinor).toString(),
  id,
];
