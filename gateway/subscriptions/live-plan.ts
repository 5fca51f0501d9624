import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  getArgumentValues,
  getVariableValues,
} from 'graphql';
import { ACCESS_KEY, META, type Meta, type QueryText } from './live-document';
import { type LiveField, type Share, topicsOf } from './live-field';
import { type LiveOperation, coded, liveOperationOf } from './live-operation';
import type { LiveSchema } from './live-schema';
import { selectedFields } from './live-selection';

export type { LiveSchema } from './live-schema';

/** An operation as a client sent it. */
export interface LiveRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
  /** May name the document instead of sending it; then `query` is empty. */
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
  readonly documentId?: string | null | undefined;
}

/** A query with the variables that it needs. */
export interface LiveQuery {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

/** A subscription, checked and taken apart. */
export interface LivePlan extends LiveQuery {
  readonly live: LiveField;
  /** As the field declares it; USER when something is selected that depends on the single account. */
  readonly share: Share;
  /** Equal for subscriptions that differ in nothing but where they begin and who asks. */
  readonly key: string;
  /** Names the supergraph that it was checked against. */
  readonly generation: string;
  /** As it was sent: a newer supergraph has to check and plan it again. */
  readonly request: LiveRequest;
  /** Asks nothing but whether it may be seen. */
  readonly access: LiveQuery;
  readonly topics: readonly string[];
  readonly after: string | undefined;
  /** All variables as they were sent. */
  readonly given: Readonly<Record<string, unknown>>;
  /** The live field's key in the answer. */
  readonly rootKey: string;
  readonly typename: string;
  /** The update's keys in order, each from the gateway or from the query's answer. */
  readonly shape: readonly { readonly key: string; readonly from: Meta | 'query' }[];
  /** Keys of the query's answer that tell whether the subscriber may see it. */
  readonly accessKeys: readonly string[];
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Checks a subscription against the schema of clients and plans it. Throws GraphQLErrors for the client. */
export function planLive(request: LiveRequest, liveSchema: LiveSchema): LivePlan {
  const { schema, generation } = liveSchema;
  const found = liveOperationOf(request.query, request.operationName, liveSchema);
  const { document, operation, root, definition, live, share } = found;
  const variables = coerced(schema, operation, request.variables ?? {});
  const args = getArgumentValues(definition, root, variables);
  const shape = shapeOf(found, variables);
  const asked = shape.filter(({ from }) => from === 'query').map(({ key }) => key);
  const { after } = args;
  const given = request.variables ?? {};
  const operationName = operation.name?.value;
  const access = asking(found.access, given, operationName);
  const payload = asked.length === 0 ? access : asking(found.payload, given, operationName);
  const rootKey = keyOf(root);
  const whole = [generation, live.name, rootKey, shape, canonical(payload)];
  return {
    ...payload,
    live,
    share,
    key: createHash('sha256').update(JSON.stringify(whole)).digest('base64url'),
    generation,
    request,
    access,
    topics: topicsOf(live, args),
    after: typeof after === 'string' ? after : undefined,
    given,
    rootKey,
    typename: definition.type.toString().replace('!', ''),
    shape,
    accessKeys: asked.length > 0 ? asked : [ACCESS_KEY],
    document,
    operation,
  };
}

/** The update's keys, in the order of the answer. */
function shapeOf(
  { root, fragments }: LiveOperation,
  variables: Readonly<Record<string, unknown>>,
): LivePlan['shape'] {
  const selected = selectedFields(root.selectionSet?.selections ?? [], fragments, variables);
  const byKey = new Map(selected.map((field) => [keyOf(field), sourceOf(field)]));
  return [...byKey].map(([key, from]) => ({ key, from }));
}

/** Without `after`, so that subscribers who came at different times ask equal questions. */
const asking = (
  { text, variables }: QueryText,
  given: Readonly<Record<string, unknown>>,
  operationName: string | undefined,
): LiveQuery => ({
  query: text,
  variables: Object.fromEntries(Object.entries(given).filter(([name]) => variables.has(name))),
  operationName,
});

/** Equal for equal questions, in whatever order their variables and those variables' fields were written. */
const canonical = ({ query, variables }: LiveQuery): unknown => [
  query,
  JSON.stringify(variables, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  ),
];

function coerced(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { coerced: values, errors } = getVariableValues(schema, variableDefinitions, given, {
    maxErrors: 20,
  });
  if (values !== undefined) return values;
  throw coded(errors[0], 'BAD_USER_INPUT');
}

const keyOf = ({ alias, name }: FieldNode): string => (alias ?? name).value;

const sourceOf = ({ name }: FieldNode): Meta | 'query' =>
  META.find((meta) => meta === name.value) ?? 'query';
