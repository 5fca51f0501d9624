import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  parse,
  print,
  validate,
  visit,
} from 'graphql';
import type { GeneratedOperation } from './run';

/** Asks whether a smaller operation still shows the fault. */
export type StillFails = (operation: GeneratedOperation) => Promise<boolean>;

/**
 * Makes an operation that shows a fault as small as it gets by taking out one part after the other: selections,
 * fragments around selections, directives, arguments, aliases.
 */
export async function shrink(
  schema: GraphQLSchema,
  operation: GeneratedOperation,
  stillFails: StillFails,
): Promise<GeneratedOperation> {
  let smallest = operation;
  for (let tried = 0, smaller = true; smaller && tried < 600;) {
    smaller = false;
    for (const document of withoutOnePart(parse(smallest.query, { noLocation: true }))) {
      tried += 1;
      if (tried >= 600) break;
      const candidate = tidy(document, smallest.variables);
      if (validate(schema, parse(candidate.query)).length > 0) continue;
      if (!(await stillFails(candidate))) continue;
      smallest = candidate;
      smaller = true;
      break;
    }
  }
  return smallest;
}

/** All documents that lack one part of the given one, those that lack most first. */
function withoutOnePart(document: DocumentNode): DocumentNode[] {
  const changes: { node: ASTNode; put: ASTNode | readonly SelectionNode[] | null }[] = [];
  visit(document, {
    enter: (node) => {
      if (node.kind === Kind.SELECTION_SET && node.selections.length > 1) {
        for (const one of node.selections) changes.push({ node: one, put: null });
      }
      if (node.kind === Kind.INLINE_FRAGMENT) {
        changes.push({ node, put: node.selectionSet.selections });
      }
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = document.definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value,
        );
        if (fragment?.kind === Kind.FRAGMENT_DEFINITION) {
          const { typeCondition, selectionSet } = fragment;
          const { directives = [] } = node;
          changes.push({
            node,
            put: { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, directives },
          });
        }
      }
      if (node.kind === Kind.DIRECTIVE || node.kind === Kind.ARGUMENT) {
        changes.push({ node, put: null });
      }
      if (node.kind === Kind.FIELD && node.alias !== undefined) {
        const { alias: _, ...plain } = node;
        changes.push({ node, put: plain });
      }
    },
  });
  return changes.map(({ node, put }) => replaced(document, node, put));
}

function replaced(
  document: DocumentNode,
  node: ASTNode,
  put: ASTNode | readonly SelectionNode[] | null,
): DocumentNode {
  return visit(document, {
    enter: (one) => (one === node && !Array.isArray(put) ? put : undefined),
    SelectionSet: {
      leave: (set): SelectionSetNode | undefined => {
        if (!Array.isArray(put)) return undefined;
        const at = set.selections.indexOf(node as SelectionNode);
        if (at < 0) return undefined;
        const selections = [...set.selections];
        selections.splice(at, 1, ...(put as readonly SelectionNode[]));
        return { ...set, selections };
      },
    },
  });
}

/** Leaves out fragments and variables that nothing uses any more. */
function tidy(document: DocumentNode, variables: Record<string, unknown>): GeneratedOperation {
  let current = document;
  for (let before = -1; before !== current.definitions.length;) {
    before = current.definitions.length;
    const spread = new Set<string>();
    visit(current, { FragmentSpread: ({ name }) => void spread.add(name.value) });
    current = {
      ...current,
      definitions: current.definitions.filter(
        (one) => one.kind !== Kind.FRAGMENT_DEFINITION || spread.has(one.name.value),
      ),
    };
  }
  const used = new Set<string>();
  visit(current, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  const tidied = visit(current, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
  return {
    query: print(tidied),
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => used.has(name))),
  };
}
