import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { gatewayError } from '../../gateway.errors';

/**
 * Validation compares each two fields that have the same key in the same place of the answer, to see whether they can be
 * merged. Ordinary documents repeat a field a few times, in fragments.
 */
const MAX_PAIRS = 5_000;
const MAX_VISITS = 20_000;
/** Ends the walk where fragments spread themselves, which validation refuses later; introspection is not this deep. */
const DEEPEST = 40;

/** Refuses a document whose fields are repeated so often that validating it would take long. */
export function refuseRepeatedFields(document: DocumentNode): void {
  const fragments = new Map(
    document.definitions
      .filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const count = new Count(fragments);
  for (const definition of document.definitions) {
    // Fragments are validated by themselves too.
    if ('selectionSet' in definition) count.pairs([definition.selectionSet]);
  }
}

class Count {
  private pairsFound = 0;
  private visits = 0;

  constructor(private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>) {}

  pairs(sets: readonly SelectionSetNode[]): void {
    const open = [{ sets, depth: 1 }]; // no recursion: a document may be as deep as its tokens reach
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const depth = place.depth + 1;
      const byKey = new Map<string, FieldNode[]>();
      const spread = new Set<string>();
      for (const set of place.sets) this.collect(set, byKey, spread);
      for (const fields of byKey.values()) {
        this.pairsFound += (fields.length * (fields.length - 1)) / 2;
        if (this.pairsFound > MAX_PAIRS) throw tooOften();
        const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
        if (below.length > 0 && depth <= DEEPEST) open.push({ sets: below, depth });
      }
    }
  }

  private collect(
    { selections }: SelectionSetNode,
    byKey: Map<string, FieldNode[]>,
    spread: Set<string>,
  ): void {
    for (const selection of selections) {
      if (++this.visits > MAX_VISITS) throw tooOften();
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const known = byKey.get(key);
        if (known === undefined) byKey.set(key, [selection]);
        else known.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.collect(selection.selectionSet, byKey, spread);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = this.fragments.get(selection.name.value);
        if (fragment !== undefined) this.collect(fragment.selectionSet, byKey, spread);
      }
    }
  }
}

const tooOften = () =>
  gatewayError('QUERY_TOO_COMPLEX', { message: 'The document repeats the same fields too often.' });
