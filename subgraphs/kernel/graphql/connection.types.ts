import {
  ArgsType,
  type ClassType,
  Directive,
  Field,
  Int,
  InterfaceType,
  ID,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { Cursor } from './scalars';

// Registering implementations by itself would draw the types of all subgraphs of this process into each schema.
@InterfaceType('Node', {
  description: 'Something with an id that `node(id:)` finds.',
  autoRegisterImplementations: false,
  resolveType: (node: { readonly __typename?: string; readonly constructor: ClassType }) =>
    node.__typename ?? node.constructor,
})
export abstract class NodeType {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: string;
}

@Directive('@shareable')
@ObjectType({ description: 'Where a page lies in its list (Relay).' })
export class PageInfo {
  @Field(() => Boolean, { description: 'True when more follows this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'True when something precedes this page.' })
  hasPreviousPage!: boolean;

  @Field(() => Cursor, {
    nullable: true,
    description: 'The first edge’s cursor; null on an empty page.',
  })
  startCursor!: string | null;

  @Field(() => Cursor, {
    nullable: true,
    description: 'The last edge’s cursor; null on an empty page.',
  })
  endCursor!: string | null;
}

export const CountPrecision = { EXACT: 'EXACT', AT_LEAST: 'AT_LEAST' } as const;
registerEnumType(CountPrecision, {
  name: 'CountPrecision',
  description: 'Whether a count is exact.',
  valuesConfig: {
    EXACT: { description: 'Exactly so many.' },
    AT_LEAST: { description: 'So many were counted before counting stopped.' },
  },
});

@Directive('@shareable')
@ObjectType('TotalCount', { description: 'How many a list holds in all.' })
export class Count {
  @Field(() => Int, { description: 'The number counted.' })
  count!: number;

  @Field(() => CountPrecision, { description: 'Whether that is all.' })
  precision!: keyof typeof CountPrecision;
}

/** Arguments of every connection: forwards with first/after or backwards with last/before; 100 at most. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'How many from the start (or after `after`); 1–100, default 20.',
  })
  first?: number | null;

  @Field(() => Cursor, { nullable: true, description: 'Start behind this cursor.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many from the end (or before `before`); 1–100.',
  })
  last?: number | null;

  @Field(() => Cursor, { nullable: true, description: 'End in front of this cursor.' })
  before?: string | null;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

export interface Connection<T> {
  edges: Edge<T>[];
  nodes: T[];
  pageInfo: PageInfo;
  totalCount: Count | null;
}

/** Makes `XEdge` and `XConnection` for a node type; export the result as a class and use it in resolvers. */
export function connectionType<T extends object>(
  name: string,
  node: () => ClassType<T>,
): ClassType<Connection<T>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a list, with its cursor.` })
  class EdgeClass implements Edge<T> {
    @Field(() => Cursor, { description: 'This edge’s place in the list.' })
    cursor!: string;

    @Field(node, { description: 'What is listed.' })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name} (Relay).` })
  class ConnectionClass implements Connection<T> {
    @Field(() => [EdgeClass], { description: 'The page, with a cursor for each.' })
    edges!: EdgeClass[];

    @Field(() => [node()], { description: 'The page without cursors.' })
    nodes!: T[];

    @Field(() => PageInfo, { description: 'Where this page lies.' })
    pageInfo!: PageInfo;

    @Field(() => Count, {
      nullable: true,
      description: 'Size of the whole list; null where it is not counted.',
    })
    totalCount!: Count | null;
  }
  return ConnectionClass;
}
