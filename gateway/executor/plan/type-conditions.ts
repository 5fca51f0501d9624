import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Tells whether an object whose `__typename` is the second name fits a fragment on the first. */
export class TypeConditions {
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor(private readonly schema: GraphQLSchema) {}

  fits(condition: string, typename: string): boolean {
    return condition === typename || this.below(condition).has(typename);
  }

  /** False for names of interfaces and for unknown names. */
  isObject(typename: unknown): boolean {
    return typeof typename === 'string' && isObjectType(this.schema.getType(typename));
  }

  /** The types that an abstract type stands for; interfaces too, as an @interfaceObject's name may come as `__typename`. */
  private below(condition: string): ReadonlySet<string> {
    const known = this.known.get(condition);
    if (known !== undefined) return known;
    const type = this.schema.getType(condition);
    const names = new Set<string>();
    if (type !== undefined && isAbstractType(type)) {
      for (const other of Object.values(this.schema.getTypeMap())) {
        if (!isObjectType(other) && !isInterfaceType(other)) continue;
        if (this.schema.isSubType(type, other)) names.add(other.name);
      }
    }
    this.known.set(condition, names);
    return names;
  }
}
