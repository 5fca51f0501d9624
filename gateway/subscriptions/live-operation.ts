import { LRUCache } from 'lru-cache';
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { type QueryText, queryFor } from './live-document';
import type { LiveField, Share } from './live-field';
import { type LiveSchema, selectsPerUser } from './live-schema';
import { type Fragments, fragmentsOf, selectedFields } from './live-selection';

/** A valid subscription, as much of it as its variables do not decide. */
export interface LiveOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly root: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly live: LiveField;
  /** As the field declares it; USER when something is selected that depends on the single account. */
  readonly share: Share;
  /** Asks nothing but whether it may be seen. */
  readonly access: QueryText;
  readonly payload: QueryText;
}

interface Known {
  readonly documents: LRUCache<string, DocumentNode>;
  readonly operations: WeakMap<DocumentNode, Map<string, LiveOperation>>;
}

/** All clients of an app send the same documents: each is held and checked once. A parsed one takes 50 times as much. */
const KEPT_CHARACTERS = 512 * 1024;
const known = new WeakMap<LiveSchema, Known>();

function knownOf(schema: LiveSchema): Known {
  const found = known.get(schema);
  if (found !== undefined) return found;
  const made: Known = {
    documents: new LRUCache({
      maxSize: KEPT_CHARACTERS,
      sizeCalculation: (_document, text) => Math.max(text.length, 1),
    }),
    operations: new WeakMap(),
  };
  known.set(schema, made);
  return made;
}

/** Parses within the token limit; a syntax error has the code that HTTP gives it. */
export function documentOf(query: string, schema: LiveSchema): DocumentNode {
  const { documents } = knownOf(schema);
  const found = documents.get(query);
  if (found !== undefined) return found;
  try {
    const document = parse(query, { maxLexicalTokens: schema.maxTokens });
    documents.set(query, document);
    return document;
  } catch (error) {
    throw coded(error, 'GRAPHQL_PARSE_FAILED');
  }
}

/** Checks a subscription against the schema of clients. Throws GraphQLErrors for the client. */
export function liveOperationOf(
  query: string,
  operationName: string | null | undefined,
  schema: LiveSchema,
): LiveOperation {
  const document = documentOf(query, schema);
  const { operations } = knownOf(schema);
  const ofDocument = operations.get(document) ?? new Map<string, LiveOperation>();
  const found = ofDocument.get(operationName ?? '');
  if (found !== undefined) return found;
  const made = checked(document, operationName, schema);
  ofDocument.set(operationName ?? '', made);
  operations.set(document, ofDocument);
  return made;
}

function checked(
  document: DocumentNode,
  operationName: string | null | undefined,
  liveSchema: LiveSchema,
): LiveOperation {
  const { schema, fields } = liveSchema;
  const operation = subscriptionOf(document, operationName);
  const root = onlyField(document, operation, schema);
  const live = fields.get(root.name.value);
  const definition = schema.getSubscriptionType()?.getFields()[root.name.value];
  if (live === undefined || definition === undefined) {
    throw invalid(`${root.name.value} is not a live field.`);
  }
  return {
    document,
    operation,
    fragments: fragmentsOf(document),
    root,
    definition,
    live,
    share: selectsPerUser(document, liveSchema) ? 'USER' : live.share,
    access: queryFor(document, operation, root, live, 'ACCESS'),
    payload: queryFor(document, operation, root, live, 'PAYLOAD'),
  };
}

function subscriptionOf(
  document: DocumentNode,
  operationName: string | null | undefined,
): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) {
    throw invalid('The operation to run is not a subscription.');
  }
  return operation;
}

/**
 * The one field of a valid subscription. `@skip` and `@include` on the way to it are refused first, because
 * graphql-js throws on them instead of reporting.
 */
function onlyField(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): FieldNode {
  refuseConditions(document);
  const [error] = validate(schema, document, undefined, { maxErrors: 20 });
  if (error !== undefined) throw coded(error, 'GRAPHQL_VALIDATION_FAILED');
  const roots = selectedFields(operation.selectionSet.selections, fragmentsOf(document), {});
  const [root] = roots;
  if (root === undefined || roots.length > 1) {
    throw invalid('A subscription selects exactly one field.');
  }
  return root;
}

function refuseConditions(document: DocumentNode): void {
  const fragments = fragmentsOf(document);
  const seen = new Set<string>();
  const look = (selections: readonly SelectionNode[]): void => {
    for (const selection of selections) {
      if ((selection.directives ?? []).length > 0) {
        throw invalid('A subscription’s root field takes no directives.');
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) look(selection.selectionSet.selections);
      if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue;
      seen.add(selection.name.value);
      look(fragments.get(selection.name.value)?.selectionSet.selections ?? []);
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (definition.operation !== OperationTypeNode.SUBSCRIPTION) continue;
    look(definition.selectionSet.selections);
  }
}

const invalid = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });

/** The same error with a code for clients. */
export function coded(error: unknown, code: string): GraphQLError {
  const { message, nodes, source, positions } = error as GraphQLError;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code },
  });
}
