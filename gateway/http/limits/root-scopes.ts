import {
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  valueFromASTUntyped,
} from 'graphql';
import { type Viewer, hasScope } from '#kernel/auth/viewer';
import { gatewayError } from '../../gateway.errors';
import { appliedFields } from '../cost/applied-fields';
import type { Values } from '../cost/input-cost';

/** Scopes that fields need, by `Type.field`. */
export type NeededScopes = ReadonlyMap<string, readonly string[]>;

/** Reads `@access(scopes: …)` of a supergraph. */
export function neededScopes(supergraphSdl: string): NeededScopes {
  const found = new Map<string, readonly string[]>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const scopes = scopesOf(field);
      if (scopes.length > 0) found.set(`${definition.name.value}.${field.name.value}`, scopes);
    }
  }
  return found;
}

function scopesOf({ directives }: FieldDefinitionNode): readonly string[] {
  const access = directives?.find(({ name }) => name.value === 'access');
  const scopes = access?.arguments?.find(({ name }) => name.value === 'scopes');
  const given: unknown = scopes && valueFromASTUntyped(scopes.value);
  return Array.isArray(given) ? given.map(String) : [];
}

export interface ScopedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Coerced. */
  readonly variables: Values;
}

/**
 * Throws FORBIDDEN when a mutation or subscription needs a scope that its caller lacks. Queries go on: the owner answers
 * the fields that may not be seen with null and a code, and the rest is of use. Nobody signed in goes on too, because
 * the owner tells them to sign in.
 */
export function refuseWithoutScopes(
  needed: NeededScopes,
  { schema, document, operation, variables }: ScopedOperation,
  viewer: Viewer,
): void {
  if (operation.operation === OperationTypeNode.QUERY || viewer.kind === 'ANONYMOUS') return;
  const root = schema.getRootType(operation.operation);
  if (root == null) return;
  const fragments = new Map(
    document.definitions
      .filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  for (const applied of appliedFields({ schema, fragments }, root, operation.selectionSet)) {
    if (!applied.conditions.every((holds) => holds(variables))) continue;
    const scopes = needed.get(`${root.name}.${applied.node.name.value}`) ?? [];
    const missing = scopes.find((scope) => !hasScope(viewer, scope));
    if (missing !== undefined) throw withoutScope(missing);
  }
}

const withoutScope = (scope: string) =>
  gatewayError('FORBIDDEN', { message: `This needs the scope ${scope}.`, status: 403 });
