import {
  type DirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  isAbstractType,
  parse,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { LiveField } from './live-field';

/** What subscriptions are checked and planned against. */
export interface LiveSchema {
  readonly schema: GraphQLSchema;
  readonly fields: ReadonlyMap<string, LiveField>;
  readonly maxTokens: number;
  /** Names the supergraph: equal subscriptions of different ones are not taken for equal. */
  readonly generation: string;
  /** `Type.field` of all fields that depend on the single account. */
  readonly perUser: ReadonlySet<string>;
}

/** A loaded supergraph, as much of it as subscriptions need. */
export interface SupergraphView {
  readonly sdl: string;
  readonly hash: string;
  readonly schema: GraphQLSchema;
  readonly liveFields: ReadonlyMap<string, LiveField>;
}

const made = new WeakMap<SupergraphView, LiveSchema>();

/** Made once for each supergraph. */
export function liveSchemaOf(supergraph: SupergraphView, maxTokens: number): LiveSchema {
  const known = made.get(supergraph);
  if (known !== undefined) return known;
  const { sdl, hash: generation, schema, liveFields: fields } = supergraph;
  const live = { schema, fields, maxTokens, generation, perUser: perUserFields(sdl) };
  made.set(supergraph, live);
  return live;
}

/** Fields marked `@access(perUser: true)` in a supergraph, as `Type.field`. */
function perUserFields(supergraphSdl: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const { name, directives } of definition.fields ?? []) {
      if (directives?.some(isPerUser)) found.add(`${definition.name.value}.${name.value}`);
    }
  }
  return found;
}

/** True when an answer would depend on the single account. `@skip` and `@include` are not judged: once is enough. */
export function selectsPerUser(
  document: DocumentNode,
  { schema, perUser }: Pick<LiveSchema, 'schema' | 'perUser'>,
): boolean {
  const types = new TypeInfo(schema);
  let found = false;
  const visitor = visitWithTypeInfo(types, {
    Field: ({ name }) => {
      const parent = types.getParentType();
      if (parent == null) return;
      const possible = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
      found ||= possible.some((type) => perUser.has(`${type.name}.${name.value}`));
    },
  });
  visit(document, visitor);
  return found;
}

const isPerUser = ({ name, arguments: given }: DirectiveNode): boolean =>
  name.value === 'access' &&
  (given ?? []).some(
    (one) => one.name.value === 'perUser' && one.value.kind === Kind.BOOLEAN && one.value.value,
  );
