/** Where Apollo's gateway answers something else, and the reason why ours is not changed to do the same. */
export const DIFFERENCES = {
  'key order':
    'ApolloGateway merges fragments with equal type conditions and puts `__typename` of introspection first; the specification orders keys as they come in the document.',
  'fragment within a fragment':
    'ApolloGateway asks subgraphs for no `__typename` where the type is certain, then compares a fragment with the enclosing abstract fragment instead of the object’s type, and drops its fields.',
  'alias like a key':
    'A client’s alias that is called like a key or a required field overwrites it, or is overwritten by it: the request fails or misses data. We give aliases of our own before planning.',
  'requires with arguments':
    'A field that @requires names with arguments is fetched under its plain name and collides with the client’s selection of it with other arguments.',
  'introspection in a fragment':
    'The planner takes introspection out only where no fragment with a condition is around it, and throws otherwise.',
  'type beside an interface object':
    'The answer of a subgraph with an @interfaceObject overwrites the type of the implementation with the interface’s name, which makes `__typename` fail.',
  'lists of lists in requirements':
    'A required field within lists of lists is sent as null for each inner list.',
  'place of an error in a mixed list':
    'The place is counted over all entities of a list, but only some of them were sent: the error is told for another element.',
  'error of a whole fetch':
    'The path of an error that is about no single entity ends with `_entities` and contains `@`, or is missing; ours ends at the field, without the places in lists.',
} as const;

export type Difference = keyof typeof DIFFERENCES;

/** Paths and codes; a code of a fault is INTERNAL. */
export type ExpectedErrors = readonly (readonly [(string | number)[] | null, string])[];

/** An operation on the small shop and its answer, both written by hand. */
export interface FederationCase {
  readonly it: string;
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  /** JSON text, so that the order of keys counts and no key is special. */
  readonly data: string;
  readonly errors?: ExpectedErrors;
  /** What ApolloGateway answers instead. */
  readonly apollo?: {
    readonly because: Difference;
    /** JSON text; undefined when there is no data at all. */
    readonly data: string | undefined;
    readonly errors?: ExpectedErrors;
  };
}
