import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import { gatewayError } from '../../gateway.errors';

/** Who may ask for the schema: anybody, whoever sends a credential, or nobody. */
export const INTROSPECTION_POLICIES = ['public', 'signed-in', 'off'] as const;
export type IntrospectionPolicy = (typeof INTROSPECTION_POLICIES)[number];

/** Refuses the schema to a caller who may not have it. */
export function refuseSchema(policy: IntrospectionPolicy, { kind }: Pick<Viewer, 'kind'>): void {
  if (policy === 'off') {
    throw gatewayError('FORBIDDEN', {
      message: 'This server does not tell its schema.',
      status: 403,
    });
  }
  if (policy === 'signed-in' && kind === 'ANONYMOUS') {
    throw gatewayError('UNAUTHENTICATED', {
      message: 'Sign in, or send a key, to see the schema.',
    });
  }
}

/** True when an operation asks for the schema. */
export function asksForSchema(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const fragments = new Map(
    document.definitions
      .filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const seen = new Set<string>();
  const asks = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD) {
        return selection.name.value === '__schema' || selection.name.value === '__type';
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) return asks(selection.selectionSet);
      if (seen.has(selection.name.value)) return false;
      seen.add(selection.name.value);
      const fragment = fragments.get(selection.name.value);
      return fragment !== undefined && asks(fragment.selectionSet);
    });
  return asks(operation.selectionSet);
}
