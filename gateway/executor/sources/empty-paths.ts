import { type GraphQLFormattedError, Kind, type SelectionNode, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { DoorRequest } from '#kernel/graphql/door';
import { gatewayErrors } from '../../gateway.errors';
import type { SubgraphFailure } from './subgraph-failure';

const MAX_ERRORS = 20;
/** While a subgraph is away every fetch fails, with the same few operations. */
const known = new LRUCache<string, readonly Selected[]>({ max: 500 });

/** The errors of a fetch that got no answer: one for each field that stays empty. */
export function failed(request: DoorRequest, { code }: SubgraphFailure): GraphQLFormattedError[] {
  return emptyPaths(request)
    .slice(0, MAX_ERRORS)
    .map((path) => ({ message: gatewayErrors[code], path, extensions: { code } }));
}

function emptyPaths(request: DoorRequest): (string | number)[][] {
  const { query, variables } = request;
  const fields = known.get(query) ?? selected(query);
  known.set(query, fields);
  const representations: unknown = variables?.['representations'];
  if (!Array.isArray(representations)) return fields.map(({ key }) => [key]);
  return representations.slice(0, MAX_ERRORS).flatMap(({ __typename }: Entity, i) => {
    const its = fields.filter(({ type }) => type === __typename);
    return (its.length > 0 ? its : fields).map(({ key }) => ['_entities', i, key]);
  });
}

interface Entity {
  readonly __typename?: string;
}

/** A field that is selected at the root, or of entities of a type. */
interface Selected {
  readonly key: string;
  readonly type: string | undefined;
}

function selected(query: string): readonly Selected[] {
  const [operation] = parse(query).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  const roots = operation.selectionSet.selections;
  const [first] = roots;
  const ofEntities = first?.kind === Kind.FIELD && first.name.value === '_entities';
  const fields = fieldsOf(ofEntities ? (first.selectionSet?.selections ?? []) : roots);
  return fields.filter(
    ({ key, type }, i) =>
      key !== '__typename' &&
      fields.findIndex((other) => other.key === key && other.type === type) === i,
  );
}

/** Fields directly below, also those in inline fragments, which is how `_entities` selects. */
function fieldsOf(selections: readonly SelectionNode[], type?: string): Selected[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) {
      return [{ key: (selection.alias ?? selection.name).value, type }];
    }
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
    const { typeCondition, selectionSet } = selection;
    return fieldsOf(selectionSet.selections, typeCondition?.name.value ?? type);
  });
}
