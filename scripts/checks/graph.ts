import { readFileSync } from 'node:fs';
import { GraphQLError, type GraphQLSchema, Kind, buildSchema, parse, validate } from 'graphql';
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

function find(): string[] {
  const schema = buildSchema(readFileSync(API, 'utf8'));
  const names = filesBelow(OPERATIONS).map((file) => file.replace(/\.graphql$/, ''));
  return [
    ...undescribed(schema).map((at) => `${at} has no description`),
    ...keylessFindings(schema),
    ...NEEDED.filter((name) => !names.includes(name)).map(
      (name) => `${OPERATIONS}/${name}.graphql is missing`,
    ),
    ...names.flatMap((name) =>
      operationFindings(schema, name, readFileSync(`${OPERATIONS}/${name}.graphql`, 'utf8')),
    ),
  ];
}

if (require.main === module) runCheck('graph', find);
