import { Directive, Field, ObjectType } from 'type-graphql';
import { NodeType } from '#kernel/graphql/connection.types';
import type { ProductId, VariantId } from '#contracts/ids';
import type { CategoryId } from './catalogue.ids';
import type { ProductRow, VariantRow } from './product.entity';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description: 'What is sold, described once for all its sellers. Texts are plain: escape them.',
})
export class Product
  extends NodeType
  implements
    Pick<
      ProductRow,
      | 'id'
      | 'handle'
      | 'title'
      | 'description'
      | 'language'
      | 'categoryId'
      | 'ratingCount'
      | 'ratingSum'
    >
{
  declare id: ProductId;

  @Field(() => String, { description: 'Unique, for addresses: `productByHandle(handle:)`.' })
  handle!: string;

  @Field(() => String, { description: 'One line, at most 200 characters.' })
  title!: string;

  @Field(() => String, { description: 'Plain text of at most 10,000 characters; may be empty.' })
  description!: string;

  @Field(() => String, { description: 'Language of the texts, BCP 47.' })
  language!: string;

  categoryId!: CategoryId;
  ratingCount!: number;
  ratingSum!: number;
}

@Directive('@key(fields: "id")')
@ObjectType({ implements: NodeType, description: 'One buyable form of a product, e.g. a size.' })
export class Variant
  extends NodeType
  implements Pick<VariantRow, 'id' | 'productId' | 'sku' | 'title' | 'gtin'>
{
  declare id: VariantId;

  @Field(() => String, { description: 'Its code, unique in its product.' })
  sku!: string;

  @Field(() => String, { description: 'What sets it apart, e.g. `Red, 42`.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'GS1 number, where there is one.' })
  gtin!: string | null;

  productId!: ProductId;
}
