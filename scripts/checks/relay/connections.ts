import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { leaves } from './selection';

/** The source text of one module of a Relay app. Relay wants its definitions named after it. */
export interface RelayModule {
  readonly name: string;
  readonly graphql: readonly string[];
}

/** A field that answers a connection, and the type that has it. */
export interface ConnectionField {
  readonly parent: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
}

const PAGING = new Set(['first', 'after', 'last', 'before']);

/** Every field of the schema that answers a connection. */
export function connectionFields(schema: GraphQLSchema): ConnectionField[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((parent) =>
      Object.values(parent.getFields())
        .filter(({ type }) => getNamedType(type).name.endsWith('Connection'))
        .map((field) => ({ parent, field })),
    );
}

/** A refetchable fragment for each direction in which the list can be read, and a query that uses it. */
export function connectionModules(
  schema: GraphQLSchema,
  connection: ConnectionField,
): RelayModule[] {
  const has = (name: string): boolean => connection.field.args.some((arg) => arg.name === name);
  const backward = has('last') && has('before');
  return [
    connectionModule(schema, connection, 'Forward', ['first', 'after']),
    ...(backward
      ? [
          connectionModule(schema, connection, 'Backward', ['last', 'before']),
          connectionModule(schema, connection, 'Both', ['first', 'after', 'last', 'before']),
        ]
      : []),
  ];
}

function connectionModule(
  schema: GraphQLSchema,
  { parent, field }: ConnectionField,
  direction: string,
  paging: readonly string[],
): RelayModule {
  const name = `${parent.name}${capital(field.name)}${direction}`;
  const filters = field.args.filter((arg) => !PAGING.has(arg.name) && takesVariable(arg));
  const pages = paging.map((arg) => argument(field, arg));
  const [size] = paging;
  const definitions = [...pages, ...filters].map((arg) => {
    const value = arg.name === size ? ', defaultValue: 10' : '';
    return `${arg.name}: { type: "${String(arg.type)}"${value} }`;
  });
  const passed = [...pages, ...filters].map((arg) => `${arg.name}: $${arg.name}`);
  const key = `${name}_${field.name}`;
  const fragment = `fragment ${name}_list on ${parent.name}
    @refetchable(queryName: "${name}PageQuery")
    @argumentDefinitions(${definitions.join(', ')}) {
      ${field.name}(${passed.join(', ')}) @connection(key: "${key}", filters: ${names(filters)}) {
        edges { node { __typename ${leaves(nodeType(field))} } }
      }
    }`;
  return { name, graphql: [fragment, queryFor(schema, parent, name, filters)] };
}

/** The query of a screen that shows the list: at the root, or of one object by its id. */
function queryFor(
  schema: GraphQLSchema,
  parent: GraphQLObjectType,
  name: string,
  filters: readonly GraphQLArgument[],
): string {
  const variables = filters.map((arg) => `$${arg.name}: ${String(arg.type)}`);
  const passed = filters.map((arg) => `${arg.name}: $${arg.name}`);
  const given = passed.length > 0 ? ` @arguments(${passed.join(', ')})` : '';
  const spread = `...${name}_list${given}`;
  if (parent === schema.getQueryType()) {
    const head = variables.length > 0 ? `(${variables.join(', ')})` : '';
    return `query ${name}Query${head} { ${spread} }`;
  }
  const head = ['$id: ID!', ...variables].join(', ');
  return `query ${name}Query(${head}) { node(id: $id) { ${spread} @alias } }`;
}

/** One that has a default and may not be null is left to the server. */
const takesVariable = (arg: GraphQLArgument): boolean =>
  isRequiredArgument(arg) || !isNonNullType(arg.type);

function argument(field: GraphQLField<unknown, unknown>, name: string): GraphQLArgument {
  const found = field.args.find((arg) => arg.name === name);
  if (found === undefined) throw new Error(`${field.name} has no argument ${name}`);
  return found;
}

function nodeType(field: GraphQLField<unknown, unknown>): GraphQLNamedOutputType {
  const edges = fieldType(getNamedType(field.type), 'edges');
  return fieldType(edges, 'node');
}

function fieldType(type: GraphQLNamedOutputType, name: string): GraphQLNamedOutputType {
  const found = isObjectType(type) ? type.getFields()[name] : undefined;
  if (found === undefined) throw new Error(`${type.name} has no field ${name}`);
  return getNamedType(found.type);
}

const names = (args: readonly GraphQLArgument[]): string =>
  JSON.stringify(args.map(({ name }) => name));

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
