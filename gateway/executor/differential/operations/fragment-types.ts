import {
  type GraphQLCompositeType,
  type GraphQLSchema,
  doTypesOverlap,
  isCompositeType,
} from 'graphql';

/** Which types a fragment may name, by the type that it stands in. */
export class FragmentTypes {
  private readonly known = new Map<string, readonly GraphQLCompositeType[]>();
  private readonly all: readonly GraphQLCompositeType[];

  constructor(private readonly schema: GraphQLSchema) {
    this.all = Object.values(schema.getTypeMap())
      .filter(isCompositeType)
      .filter(({ name }) => !name.startsWith('__'));
  }

  within(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    const known = this.known.get(type.name);
    if (known !== undefined) return known;
    const found = this.all.filter((other) => doTypesOverlap(this.schema, type, other));
    this.known.set(type.name, found);
    return found;
  }
}
