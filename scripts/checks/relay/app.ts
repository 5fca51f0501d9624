import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { type RelayModule, connectionFields, connectionModules } from './connections';
import { leaves, twoDeep } from './selection';

/**
 * A Relay app that uses everything which Relay has an opinion about: refetching by id, paging of every connection,
 * every mutation with its refusals, and every subscription. Made from the schema, so that nothing new is left out.
 */
export function relayApp(schema: GraphQLSchema): RelayModule[] {
  return [
    ...nodeModules(schema),
    ...connectionFields(schema).flatMap((connection) => connectionModules(schema, connection)),
    ...fieldsOf(schema.getMutationType()).map(mutationModule),
    ...fieldsOf(schema.getSubscriptionType()).map(subscriptionModule),
  ];
}

const fieldsOf = (type: GraphQLObjectType | null | undefined): GraphQLField<unknown, unknown>[] =>
  Object.values(type?.getFields() ?? {});

/** Every type that has an id is asked again by it, alone and among others. */
function nodeModules(schema: GraphQLSchema): RelayModule[] {
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('there is no interface Node');
  return schema.getPossibleTypes(node).map((type) => {
    const name = `Node${type.name}`;
    const spread = `__typename id ...${name}_it @alias`;
    return {
      name,
      graphql: [
        `fragment ${name}_it on ${type.name} @refetchable(queryName: "${name}AgainQuery") {
          ${leaves(type)}
        }`,
        `query ${name}Query($id: ID!) { node(id: $id) { ${spread} } }`,
        `query ${name}ManyQuery($ids: [ID!]!) { nodes(ids: $ids) { ${spread} } }`,
      ],
    };
  });
}

function mutationModule(field: GraphQLField<unknown, unknown>): RelayModule {
  const payload = objectOf(field);
  const done = Object.values(payload.getFields())
    .filter(({ name }) => name !== 'userErrors')
    .map(({ name, type }) => {
      const inner = leaves(type);
      return inner === '' ? name : `${name} { ${inner} }`;
    });
  const name = `Mutation_${field.name}`;
  return {
    name,
    graphql: [
      `mutation ${name}Mutation(${variables(field)}) { ${field.name}(${passed(field)}) {
        ${done.join(' ')}
        userErrors { code field message retryable ... on UserError { __typename } }
      } }`,
    ],
  };
}

function subscriptionModule(field: GraphQLField<unknown, unknown>): RelayModule {
  const name = `Subscription_${field.name}`;
  const inner = Object.values(objectOf(field).getFields()).map((part) => {
    const type = getNamedType(part.type);
    return isObjectType(type) ? `${part.name} { ${twoDeep(type)} }` : part.name;
  });
  return {
    name,
    graphql: [
      `subscription ${name}Subscription(${variables(field)}) {
        ${field.name}(${passed(field)}) { ${inner.join(' ')} }
      }`,
    ],
  };
}

function objectOf(field: GraphQLField<unknown, unknown>): GraphQLObjectType {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) throw new Error(`${field.name} answers no object`);
  return type;
}

const variables = ({ args }: GraphQLField<unknown, unknown>): string =>
  args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');

const passed = ({ args }: GraphQLField<unknown, unknown>): string =>
  args.map(({ name }) => `${name}: $${name}`).join(', ');
