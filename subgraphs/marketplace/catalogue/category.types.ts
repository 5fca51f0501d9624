import { Directive, Field, ObjectType } from 'type-graphql';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import type { CategoryId } from './catalogue.ids';
import type { CategoryRow } from './category.entity';

@Directive('@key(fields: "id")')
@ObjectType({ implements: NodeType, description: 'A kind of product.' })
export class Category extends NodeType implements Pick<CategoryRow, 'id' | 'handle' | 'name'> {
  declare id: CategoryId;

  @Field(() => String, { description: 'Unique; what a search’s `where.category` takes.' })
  handle!: string;

  @Field(() => String, { description: 'For people, in the catalogue’s language.' })
  name!: string;
}

export const CategoryConnection = connectionType('Category', () => Category);
