import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import type { SellerId } from '#contracts/ids';
import { Decimal } from '#kernel/graphql/scalars';
import type { Performance } from './performance.rules';

@ObjectType({
  description:
    'How a seller ships, over all its shipments that a carrier has taken over. Everyone may see it.',
})
export class ShippingPerformance implements Performance {
  @Field(() => Int, { description: 'Shipments that a carrier has taken over.' })
  shippedCount!: number;

  @Field(() => Int, { description: 'Of these, those that have arrived.' })
  deliveredCount!: number;

  @Field(() => Decimal, {
    nullable: true,
    description:
      'Share of shipments that the carrier had by the order’s `shipBy`, from `"0.0000"` to `"1.0000"`, ' +
      'rounded down. Late handover counts, lateness of the carrier never does. Null when none was due.',
  })
  onTimeHandoverRate!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Median whole hours from the opening of the work to the carrier’s first scan; null when none was due.',
  })
  medianHandoverHours!: number | null;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A shop; everyone may see it.' })
export class Seller {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: SellerId;
}
