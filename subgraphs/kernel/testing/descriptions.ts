import {
  type GraphQLNamedType,
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
function described(schema: GraphQLSchema): Described[] {
  const found: Described[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    found.push({ at: type.name, description: type.description });
    for (const { name, description, args } of partsOf(type)) {
      const at = `${type.name}.${name}`;
      found.push({ at, description });
      for (const arg of args ?? []) {
        found.push({ at: `${at}(${arg.name}:)`, description: arg.description });
      }
    }
  }
  return found;
}

interface Part {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly args?: readonly Part[];
}

function partsOf(type: GraphQLNamedType): readonly Part[] {
  if (isEnumType(type)) return type.getValues();
  if (isInputObjectType(type)) return Object.values(type.getFields());
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}
