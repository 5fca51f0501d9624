import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  print,
  visit,
} from 'graphql';
import type { LiveField } from './live-field';
import { type Fragments, fragmentsOf } from './live-selection';

/** Fields of an update that the gateway fills itself. */
export const META = ['kind', 'cursor', 'eventType', 'occurredAt', '__typename'] as const;
export type Meta = (typeof META)[number];
const isMeta = (name: string): name is Meta => META.some((meta) => meta === name);

/** Asks nothing but whether the subscriber may see the thing. */
export const ACCESS_KEY = 'liveAccess';

export interface QueryText {
  readonly text: string;
  /** Names of the variables that it uses. */
  readonly variables: ReadonlySet<string>;
}

/**
 * The query that answers a live field. The selection inside the update moves to the root of a query: each payload
 * field becomes the query field of the live declaration, with the same arguments, alias, directives and selection.
 */
export function queryFor(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: FieldNode,
  live: LiveField,
  ask: 'PAYLOAD' | 'ACCESS',
): QueryText {
  const fragments = fragmentsOf(document);
  const rewrite = new Rewrite(root, live, fragments);
  const query: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    ...(operation.name !== undefined && { name: operation.name }),
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections:
        ask === 'ACCESS' ? [rewrite.access()] : rewrite.moved(root.selectionSet?.selections ?? []),
    },
  };
  const used = reachable(query, fragments);
  const variables = variablesIn([query, ...used]);
  const definitions = [
    {
      ...query,
      variableDefinitions: operation.variableDefinitions?.filter(({ variable }) =>
        variables.has(variable.name.value),
      ),
    } as OperationDefinitionNode,
    ...used,
  ];
  return { text: print({ kind: Kind.DOCUMENT, definitions }), variables };
}

class Rewrite {
  constructor(
    private readonly root: FieldNode,
    private readonly live: LiveField,
    private readonly fragments: Fragments,
  ) {}

  moved(selections: readonly SelectionNode[]): SelectionNode[] {
    return selections.flatMap((selection) => this.move(selection));
  }

  access(): FieldNode {
    return {
      ...this.field({ kind: Kind.FIELD, name: this.root.name }),
      alias: { kind: Kind.NAME, value: ACCESS_KEY },
      selectionSet: {
        kind: Kind.SELECTION_SET,
        selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
      },
    };
  }

  private move(selection: SelectionNode): SelectionNode[] {
    if (selection.kind === Kind.FIELD) {
      return isMeta(selection.name.value) ? [] : [this.field(selection)];
    }
    const below =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : this.fragments.get(selection.name.value)?.selectionSet;
    const selections = this.moved(below?.selections ?? []);
    if (selections.length === 0) return [];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        ...(selection.directives !== undefined && { directives: selection.directives }),
        selectionSet: { kind: Kind.SELECTION_SET, selections },
      },
    ];
  }

  private field(field: FieldNode): FieldNode {
    const args = this.root.arguments?.filter(({ name }) => name.value !== 'after') ?? [];
    return {
      ...field,
      alias: field.alias ?? field.name,
      name: { kind: Kind.NAME, value: this.live.query },
      arguments: args,
    };
  }
}

/** Fragments that the query still spreads, directly or through others. */
function reachable(query: OperationDefinitionNode, fragments: Fragments): FragmentDefinitionNode[] {
  const found = new Map<string, FragmentDefinitionNode>();
  const look = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || found.has(name.value)) return;
        found.set(name.value, fragment);
        look(fragment);
      },
    });
  };
  look(query);
  return [...found.values()];
}

function variablesIn(
  definitions: readonly (OperationDefinitionNode | FragmentDefinitionNode)[],
): Set<string> {
  const names = new Set<string>();
  for (const definition of definitions) {
    visit(definition, { Variable: ({ name }) => void names.add(name.value) });
  }
  return names;
}
