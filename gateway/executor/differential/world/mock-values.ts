import {
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLCompositeType,
} from 'graphql';
import type { Mood } from '../run';
import { hash } from '../random';

/** So few that the same entity is met often, also in one list. */
const ENTITIES = 4;
const CODES = ['FORBIDDEN', 'SUBGRAPH_TIMEOUT', undefined, 'INTERNAL'];

/** An object as resolvers pass it on. */
export interface MockObject {
  readonly __typename: string;
  /** What its values depend on, apart from field and arguments. */
  readonly key: string;
  /** Which entity of its kind it is, or which one its owner is when it is part of the owner's key. */
  readonly number: number | undefined;
  /** What the gateway sent to find it. */
  readonly given?: Readonly<Record<string, unknown>>;
}

/** What all subgraphs of a graph agree on about entities. */
export interface Entities {
  readonly entities: ReadonlySet<string>;
  /** By entity interface: its implementations in order. An entity's number tells which one it is. */
  readonly families: ReadonlyMap<string, readonly string[]>;
  /** By implementation: its entity interface. */
  readonly familyOf: ReadonlyMap<string, string>;
}

/** The entity of a kind that a number stands for. */
export function entity(
  { families, familyOf }: Entities,
  type: string,
  wanted: number,
  { isInterfaceObject }: { isInterfaceObject: boolean },
): MockObject {
  const family = families.has(type) ? type : familyOf.get(type);
  const members = family === undefined ? undefined : families.get(family);
  if (family === undefined || members === undefined) {
    return { __typename: type, key: `${type}:${wanted}`, number: wanted };
  }
  const place = members.indexOf(type);
  // Of an interface every number will do; of an implementation only those that stand for it.
  const number = place < 0 ? wanted : wanted - (wanted % members.length) + place;
  const member = members[number % members.length] ?? type;
  return {
    __typename: isInterfaceObject ? type : member,
    key: `${family}:${number}`,
    number,
  };
}

/** Makes values that depend on the mood and on what is asked, never on when or by whom. */
export class MockValues {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly shared: Entities,
    private readonly interfaceObjects: ReadonlySet<string>,
  ) {}

  /** A value of a type; `key` is what it depends on. */
  value(type: GraphQLOutputType, key: string, mood: Mood): unknown {
    if (isNonNullType(type)) {
      if (this.fate(key, mood, 0.4) === 'error') throw failure(key);
      return this.present(type.ofType, key, mood);
    }
    const fate = this.fate(key, mood, 1);
    if (fate === 'error') throw failure(key);
    return fate === 'null' ? null : this.present(type, key, mood);
  }

  private fate(key: string, mood: Mood, share: number): 'error' | 'null' | 'value' {
    const drawn = hash(`${mood.seed} fate ${key}`) / 4_294_967_296;
    if (drawn < mood.errors * share) return 'error';
    return drawn < mood.errors * share + mood.nulls ? 'null' : 'value';
  }

  private present(type: GraphQLOutputType, key: string, mood: Mood): unknown {
    if (isNonNullType(type)) return this.value(type, key, mood);
    const drawn = hash(`${mood.seed} value ${key}`);
    if (isListType(type)) {
      return Array.from({ length: drawn % 4 }, (_, i) => {
        try {
          return this.value(type.ofType, `${key}[${i}]`, mood);
        } catch (error) {
          return error; // graphql-js takes an Error in a list for an element that failed
        }
      });
    }
    if (isLeafType(type)) return leaf(type, drawn);
    return this.object(type, key, drawn);
  }

  private object(type: GraphQLCompositeType, key: string, drawn: number): MockObject {
    const { entities, families } = this.shared;
    if (isAbstractType(type) && !families.has(type.name)) {
      const possible = this.schema.getPossibleTypes(type).map(({ name }) => name);
      const chosen = possible.sort()[drawn % possible.length] ?? type.name;
      return this.named(chosen, key, drawn >>> 4);
    }
    if (families.has(type.name) || entities.has(type.name)) {
      return this.named(type.name, key, drawn);
    }
    return { __typename: type.name, key, number: undefined };
  }

  private named(type: string, key: string, drawn: number): MockObject {
    if (!this.shared.entities.has(type)) return { __typename: type, key, number: undefined };
    return entity(this.shared, type, drawn % (ENTITIES * 3), {
      isInterfaceObject: this.interfaceObjects.has(type),
    });
  }
}

/** A failing resolver's error. Its code depends on the key. */
export function failure(key: string): GraphQLError {
  const code = CODES[hash(`code ${key}`) % CODES.length];
  return new GraphQLError('planned failure', code === undefined ? {} : { extensions: { code } });
}

const JSONS: readonly unknown[] = [
  { a: 1, __typename: 'Nothing' },
  [1, null, { deep: [true] }],
  'text',
  0,
  false,
];

function leaf(type: GraphQLLeafType, drawn: number): unknown {
  if (isEnumType(type)) {
    const values = type.getValues();
    // Past the end: a value that the gateway has never heard of.
    const place = drawn % (values.length * 8 + 1);
    return place === values.length * 8 ? 'NEVER_HEARD_OF' : values[place % values.length]?.name;
  }
  switch (type.name) {
    case 'Int':
      return drawn % 1_000;
    case 'Float':
      return (drawn % 10_000) / 8;
    case 'Boolean':
      return drawn % 2 === 0;
    case 'String':
      return ['', 'ä', 'null', `text ${drawn % 100}`][drawn % 4];
    case 'ID':
      return `id-${drawn % 100}`;
    case 'Json':
      return JSONS[drawn % JSONS.length];
    default:
      return `${type.name} ${drawn % 100}`;
  }
}
