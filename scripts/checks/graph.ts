import { readFileSync } from 'node:fs';
import {
  GraphQLError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  buildSchema,
  parse,
  validate,
} from 'graphql';
import { undescribed } from '#kernel/testing/descriptions';
import { filesBelow } from '../contracts/source.calls';
import { keylessFindings } from './keyless';
import { runCheck } from './report';

const API = 'schema/api.graphql';
const OPERATIONS = 'schema/operations';
/** Operations that the playground and the README count on. */
const NEEDED = ['ProductSearch', 'ProductPage', 'Checkout', 'OrderPage', 'OrderLive'];

/** Whatever is wrong with an operation file: it holds one operation (and fragments) named like the file. */
export function operationFindings(schema: GraphQLSchema, name: string, text: string): string[] {
  try {
    const document = parse(text);
    const operations = document.definitions.filter(
      ({ kind }) => kind === Kind.OPERATION_DEFINITION,
    );
    const [first] = operations;
    const named = first?.kind === Kind.OPERATION_DEFINITION ? first.name?.value : undefined;
    return [
      ...(operations.length === 1 && named === name
        ? []
        : [`${name}.graphql holds not exactly the operation ${name}`]),
      ...validate(schema, document).map(({ message }) => `${name}.graphql: ${message}`),
    ];
  } catch (error) {
    if (error instanceof GraphQLError) return [`${name}.graphql: ${error.message}`];
    throw error;
  }
}

/** Kinds of operations of which every one has an example. */
const SHOWN = [OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION];

/** Mutations and subscriptions that no operation file shows: their callers would have to guess. */
export function unshown(schema: GraphQLSchema, texts: readonly string[]): string[] {
  const shown = new Set(texts.flatMap((text) => rootsOf(text)));
  return SHOWN.flatMap((kind) =>
    Object.keys(schema.getRootType(kind)?.getFields() ?? {})
      .map((name) => `${kind} ${name}`)
      .filter((root) => !shown.has(root)),
  );
}

/** What a document asks for at the root, e.g. `mutation orderCancel`. */
const rootsOf = (text: string): string[] =>
  parse(text).definitions.flatMap((one) =>
    one.kind === Kind.OPERATION_DEFINITION
      ? one.selectionSet.selections.flatMap((root) =>
          root.kind === Kind.FIELD ? [`${one.operation} ${root.name.value}`] : [],
        )
      : [],
  );

function find(): string[] {
  const schema = buildSchema(readFileSync(API, 'utf8'));
  const files = filesBelow(OPERATIONS).map((file) => ({
    name: file.replace(/\.graphql$/, ''),
    text: readFileSync(`${OPERATIONS}/${file}`, 'utf8'),
  }));
  const names = files.map(({ name }) => name);
  const broken = files.flatMap(({ name, text }) => operationFindings(schema, name, text));
  const texts = files.map(({ text }) => text);
  return [
    ...undescribed(schema).map((at) => `${at} has no description`),
    ...keylessFindings(schema),
    ...NEEDED.filter((name) => !names.includes(name)).map(
      (name) => `${OPERATIONS}/${name}.graphql is missing`,
    ),
    ...broken,
    ...(broken.length > 0 ? [] : unshown(schema, texts)).map((root) => `${root} has no example`),
  ];
}

if (require.main === module) runCheck('graph', find);
