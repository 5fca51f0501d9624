import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { gatewayError } from '../../gateway.errors';
import { refuseRepeatedFields } from './repeated-fields';

/** How large a document may be. Lists are bounded by page sizes, which the subgraphs check, and by the cost. */
export interface DocumentLimits {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  /** Selected fields after fragments are put in: fragments that spread each other grow without bound. */
  readonly fields: number;
}

const DOCUMENT_LIMITS: DocumentLimits = {
  depth: 12,
  aliases: 30,
  rootFields: 20,
  directives: 50,
  fields: 2_000,
};
/** Operations and fragments of one document: each of them is validated, though one operation runs. */
const MAX_DEFINITIONS = 100;
/** Tokens of one document: the parser stops there. */
export const MAX_TOKENS = 2_000;

type Size = { depth: number; aliases: number; fields: number; roots: number; directives: number };
const NOTHING: Size = { depth: 0, aliases: 0, fields: 0, roots: 0, directives: 0 };

/** Introspection is as deep as its tools make it; it is bounded by its own rule and by its cost. */
const INTROSPECTION = new Set(['__schema', '__type']);

/**
 * Refuses a document that is too large, before it is validated: validation takes a time that grows with the square of
 * what is selected. Each operation of the document counts, because all of them are validated.
 */
export function refuseLargeDocuments(
  document: DocumentNode,
  limits: DocumentLimits = DOCUMENT_LIMITS,
): void {
  if (document.definitions.length > MAX_DEFINITIONS) throw tooMany('definitions', MAX_DEFINITIONS);
  const measure = new Measure(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = measure.of(definition.selectionSet);
    size.directives += definition.directives?.length ?? 0;
    for (const { directives } of definition.variableDefinitions ?? []) {
      size.directives += directives?.length ?? 0;
    }
    refuse(size, limits);
  }
  refuseRepeatedFields(document);
}

function refuse({ depth, aliases, fields, roots, directives }: Size, limits: DocumentLimits): void {
  const over = (
    [
      ['depth', depth, limits.depth],
      ['aliases', aliases, limits.aliases],
      ['fields', fields, limits.fields],
      ['root fields', roots, limits.rootFields],
      ['directives', directives, limits.directives],
    ] as const
  ).find(([, size, most]) => size > most);
  if (over === undefined) return;
  const [what, , most] = over;
  throw what === 'depth' ? tooDeep(most) : tooMany(what, most);
}

const tooMany = (what: string, most: number): GraphQLError =>
  gatewayError('QUERY_TOO_COMPLEX', {
    message: `The document has too many ${what}: the limit is ${most.toString()}.`,
  });
const tooDeep = (most: number): GraphQLError =>
  gatewayError('QUERY_TOO_COMPLEX', { message: `The document is deeper than ${most.toString()}.` });

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
      sum.directives += size.directives + (selection.directives?.length ?? 0);
    }
    return sum;
  }

  private ofSelection(selection: SelectionNode): Size {
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.of(selection.selectionSet);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.ofFragment(selection.name.value);
    const { name, alias, selectionSet } = selection;
    const below = selectionSet === undefined ? NOTHING : this.of(selectionSet);
    return {
      depth: INTROSPECTION.has(name.value) ? 1 : below.depth + 1,
      aliases: below.aliases + (alias === undefined ? 0 : 1),
      fields: below.fields + 1,
      roots: 1,
      directives: below.directives,
    };
  }

  private ofFragment(name: string): Size {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const fragment = this.fragments.get(name);
    if (fragment === undefined) return NOTHING;
    this.known.set(name, NOTHING); // ends a cycle, which validation refuses later
    const size = this.of(fragment.selectionSet);
    this.known.set(name, size);
    return size;
  }
}
