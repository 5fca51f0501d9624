import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { gatewayError } from '../gateway.errors';

/** How large a document may be. Lists are bounded by page sizes, which the subgraphs check. */
export interface DocumentLimits {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  /** Selected fields after fragments are put in: fragments that spread each other grow without bound. */
  readonly fields: number;
}

const DOCUMENT_LIMITS: DocumentLimits = {
  depth: 12,
  aliases: 30,
  rootFields: 20,
  fields: 2_000,
};
/** Tokens of one document: the parser stops there. */
export const MAX_TOKENS = 2_000;

type Size = { depth: number; aliases: number; fields: number; roots: number };
const NOTHING: Size = { depth: 0, aliases: 0, fields: 0, roots: 0 };

/** Refuses a valid document that is too large. Introspection may be as deep as its tools make it. */
export function refuseLargeDocuments(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  limits: DocumentLimits = DOCUMENT_LIMITS,
): void {
  const { depth, aliases, fields, roots } = new Measure(document).of(operation.selectionSet);
  const over = (
    [
      ['depth', depth, limits.depth],
      ['aliases', aliases, limits.aliases],
      ['fields', fields, limits.fields],
      ['root fields', roots, limits.rootFields],
    ] as const
  ).find(([, size, most]) => size > most);
  if (over === undefined) return;
  const [what, , most] = over;
  const message = `The document has too many ${what}: the limit is ${most.toString()}.`;
  throw gatewayError('QUERY_TOO_COMPLEX', {
    message: what === 'depth' ? `The document is deeper than ${most.toString()}.` : message,
  });
}

/** Each fragment is measured once, however often it is spread. */
class Measure {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly known = new Map<string, Size>();

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) {
        this.fragments.set(definition.name.value, definition);
      }
    }
  }

  of({ selections }: SelectionSetNode): Size {
    const sum = { ...NOTHING };
    for (const selection of selections) {
      const size = this.ofSelection(selection);
      sum.depth = Math.max(sum.depth, size.depth);
      sum.aliases += size.aliases;
      sum.fields += size.fields;
      sum.roots += size.roots;
    }
    return sum;
  }

  private ofSelection(selection: SelectionSetNode['selections'][number]): Size {
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.of(selection.selectionSet);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.ofFragment(selection.name.value);
    const { name, alias, selectionSet } = selection;
    const own = { depth: 1, aliases: alias === undefined ? 0 : 1, fields: 1, roots: 1 };
    if (selectionSet === undefined || name.value === '__schema' || name.value === '__type') {
      return own;
    }
    const below = this.of(selectionSet);
    return {
      depth: below.depth + 1,
      aliases: below.aliases + own.aliases,
      fields: below.fields + 1,
      roots: 1,
    };
  }

  private ofFragment(name: string): Size {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const fragment = this.fragments.get(name);
    if (fragment === undefined) return NOTHING;
    this.known.set(name, NOTHING); // validation has refused cycles; this ends one all the same
    const size = this.of(fragment.selectionSet);
    this.known.set(name, size);
    return size;
  }
}
