import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

const withoutArguments = ({ args }: GraphQLField<unknown, unknown>): boolean =>
  !args.some(isRequiredArgument);

/** The fields of a type that have no fields of their own. */
export function leaves(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return '';
  return Object.values(named.getFields())
    .filter((field) => isLeafType(getNamedType(field.type)) && withoutArguments(field))
    .map(({ name }) => name)
    .join(' ');
}

/** All fields of a type, and of the objects that it leads to directly their leaves. */
export function twoDeep(type: GraphQLObjectType): string {
  return Object.values(type.getFields())
    .filter(withoutArguments)
    .map((field) => {
      if (isLeafType(getNamedType(field.type))) return field.name;
      return `${field.name} { __typename ${leaves(field.type)} }`;
    })
    .join(' ');
}
