import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

/** Coordinates (`Type.field(arg:)`) of everything in a schema that has no description. */
export function undescribed(schema: GraphQLSchema): string[] {
  return described(schema)
    .filter(({ description }) => (description ?? '').trim() === '')
    .map(({ at }) => at);
}

interface Described {
  readonly at: string;
  readonly description: string | null | undefined;
}

/** Every type, field, argument, input field and enum value of a schema with its description. */
export function described(schema: GraphQLSchema): Described[] {
  const found: Described[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    found.push({ at: type.name, description: type.description });
    const inner = isEnumType(type)
      ? type.getValues()
      : isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
        ? Object.values(type.getFields())
        : [];
    for (const part of inner) {
      const at = `${type.name}.${part.name}`;
      found.push({ at, description: part.description });
      for (const { name, description } of 'args' in part ? part.args : []) {
        found.push({ at: `${at}(${name}:)`, description });
      }
    }
  }
  return found;
}
