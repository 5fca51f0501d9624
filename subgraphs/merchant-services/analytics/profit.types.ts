import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import type { ProductId } from '#contracts/ids';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { MoneyType } from '#kernel/graphql/money.types';
import type { ProfitId } from './profit.entity';

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Product', { description: 'Something that can be bought.' })
export class ProductOfProfit {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: ProductId;
}

@ObjectType({
  implements: NodeType,
  description:
    'A product’s sales and net proceeds for one seller in one currency; the seller only.',
})
export class ProductProfit extends NodeType {
  override id!: ProfitId;

  @Field(() => ProductOfProfit, { description: 'The product.' })
  product!: ProductOfProfit;

  @Field(() => String, { description: 'Its title when it was last sold.' })
  title!: string;

  @Field(() => Int, { description: 'Units in paid orders.' })
  unitsSold!: number;

  @Field(() => MoneyType, { description: 'Paid by buyers, with shipping.' })
  grossSales!: MoneyType;

  @Field(() => MoneyType, { description: 'Given back to buyers.' })
  refunds!: MoneyType;

  @Field(() => MoneyType, { description: 'Kept by the platform, tax on it included.' })
  commission!: MoneyType;

  @Field(() => MoneyType, { description: 'Paid for carrier labels.' })
  shippingLabels!: MoneyType;

  @Field(() => MoneyType, {
    description: 'Sales − refunds − commission − labels, before the cost of goods.',
  })
  netProceeds!: MoneyType;
}

export const ProductProfitConnection = connectionType('ProductProfit', () => ProductProfit);

@ObjectType({ description: 'A seller’s figures at a glance; the seller only.' })
export class MerchantDashboard {
  @Field(() => Int, { description: 'Paid orders.' })
  orders!: number;

  @Field(() => MoneyType, { description: 'Paid by buyers, with shipping.' })
  sales!: MoneyType;

  @Field(() => MoneyType, {
    description: 'Sales − refunds − commission − labels. Equals the sum over `productProfits`.',
  })
  net!: MoneyType;

  @Field(() => [String], { description: 'Codes of requirements that are still unmet.' })
  openTasks!: string[];
}
