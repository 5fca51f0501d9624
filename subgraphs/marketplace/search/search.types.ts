import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType, PageInfo } from '#kernel/graphql/connection.types';
import { BigIntText, CurrencyCode, Cursor } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import type { Id } from '#kernel/ids/id';
import type { OfferId, ProductId } from '#contracts/ids';
import type { Facet, FacetInput, FacetValue, ListingSort, ListingWhere } from './search.rules';
import type { SearchResult } from './search.service';

export const ListingSortKey = enumOf<ListingSort>(['RELEVANCE', 'PRICE', 'NEWEST', 'RATING']);
registerEnumType(ListingSortKey, {
  name: 'ListingSortKey',
  description: 'What a search is ordered by.',
  valuesConfig: {
    RELEVANCE: { description: 'How well the text fits; newest first without a text.' },
    PRICE: {
      description: 'Unit price of the best offer, cheapest first; use with `currencyCode`.',
    },
    NEWEST: { description: 'Newest first.' },
    RATING: { description: 'Best rated first; few reviews count little.' },
  },
});

@InputType({ description: 'What to find; what is left out does not matter.' })
export class ListingSearchWhere implements ListingWhere {
  @Field(() => String, {
    nullable: true,
    description: 'Words of titles, descriptions, categories and codes; 200 characters are read.',
  })
  text?: string | null;

  @Field(() => String, { nullable: true, description: 'Handle of the category.' })
  category?: string | null;

  @Field(() => BigIntText, {
    nullable: true,
    description: 'Least unit price in minor units; use with `currencyCode`.',
  })
  minPrice?: bigint | null;

  @Field(() => BigIntText, {
    nullable: true,
    description: 'Greatest unit price in minor units; use with `currencyCode`.',
  })
  maxPrice?: bigint | null;

  @Field(() => CurrencyCode, { nullable: true, description: 'Only best offers in this currency.' })
  currencyCode?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only what this seller offers.' })
  sellerId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Only what is, or is not, in stock.' })
  inStock?: boolean | null;
}

@ObjectType({ description: 'A product that was found.', implements: NodeType })
export class SearchHit extends NodeType {
  declare id: Id<'hit'>;
  productId!: ProductId;
  bestOfferId!: OfferId;
}

@ObjectType({ description: 'One SearchHit in a list, with its cursor.' })
export class SearchHitEdge {
  @Field(() => Cursor, { description: 'This edge’s place in the list.' })
  cursor!: string;

  @Field(() => SearchHit, { description: 'What was found.' })
  node!: SearchHit;
}

@ObjectType('ListingFacetInput', { description: 'The part of `where` that a facet value sets.' })
export class ListingFacetInputType implements FacetInput {
  @Field(() => String, { nullable: true, description: 'As in ListingSearchWhere.' })
  category!: string | null;

  @Field(() => BigIntText, { nullable: true, description: 'As in ListingSearchWhere.' })
  minPrice!: bigint | null;

  @Field(() => BigIntText, { nullable: true, description: 'As in ListingSearchWhere.' })
  maxPrice!: bigint | null;

  @Field(() => CurrencyCode, { nullable: true, description: 'As in ListingSearchWhere.' })
  currencyCode!: string | null;
}

@ObjectType({ description: 'One choice of a facet.' })
export class ListingFacetValue implements FacetValue {
  @Field(() => String, { description: 'For people.' })
  label!: string;

  @Field(() => Int, {
    description: 'How many would be found with it; choosing it changes no count of its own facet.',
  })
  count!: number;

  @Field(() => ListingFacetInputType, { description: 'Put this into `where` to choose it.' })
  input!: ListingFacetInputType;

  @Field(() => Boolean, { description: 'True when `where` has chosen it.' })
  selected!: boolean;
}

@ObjectType({ description: 'A way to narrow a search, with counts.' })
export class ListingFacet implements Facet {
  @Field(() => String, { description: '`category` or `price`.' })
  name!: string;

  @Field(() => String, { description: 'For people.' })
  label!: string;

  @Field(() => [ListingFacetValue], { description: 'The choices that find something.' })
  values!: ListingFacetValue[];
}

@ObjectType('ListingSearchConnection', {
  description: 'What a search found, page by page (Relay).',
})
export class ListingSearch {
  @Field(() => ID, { description: 'Names this search, for analytics.' })
  queryId!: string;

  @Field(() => [SearchHitEdge], { description: 'The page, with a cursor for each.' })
  edges!: SearchHitEdge[];

  @Field(() => [SearchHit], { description: 'The page without cursors.' })
  nodes!: SearchHit[];

  @Field(() => PageInfo, { description: 'Where this page lies.' })
  pageInfo!: PageInfo;

  counts!: SearchResult['counts'];
}
