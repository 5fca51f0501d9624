import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type SelectionSetNode,
  isCompositeType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLLeafType,
} from 'graphql';
import { type JsonObject, isInherited, isObject, own, put } from '../plan/json';
import { type Selections, collectFields } from './collect-fields';

/** What shaping notices besides the answer. */
export interface Shaping {
  /** A value was missing or wrong where the schema of clients promises one. */
  incomplete: boolean;
  /** Values of the introspection fields of the root, by response key. */
  readonly introspection: JsonObject;
}

/** A value that cannot be: the nearest nullable place above it becomes null. */
const BUBBLE = Symbol('null that is not allowed here');

type Complete = (value: unknown, shaping: Shaping) => unknown;
type ShapeObject = (object: JsonObject, shaping: Shaping) => JsonObject | null;

/** An object without inherited keys that is still fast, unlike `Object.create(null)`. */
function Bag(this: object): void {
  /* nothing of its own */
}
Bag.prototype = Object.create(null) as object;
const bag = (): JsonObject => new (Bag as unknown as new () => JsonObject)();

const INTROSPECTION = new Set(['__schema', '__type']);

/**
 * Compiles a selection into a function that makes the client's answer out of what subgraphs said: only what was
 * selected, in order, under the client's names, with nulls where the schema allows them. Per kind of object the work
 * is done when the first one comes.
 */
export class ShapeCompiler {
  constructor(
    private readonly selections: Selections,
    /** The key under which subgraphs were asked for a field. */
    private readonly keyOf: (field: FieldNode) => string,
  ) {}

  /** For the whole operation: null when the null bubbled to the top. */
  root(type: GraphQLCompositeType, set: SelectionSetNode): ShapeObject {
    return this.shapeFor(type, [set]);
  }

  /** `declared` is the type in the schema; an object that says it is another one still has the declared one's fields. */
  private shapeFor(
    type: GraphQLCompositeType,
    sets: readonly SelectionSetNode[],
    declared = type,
  ): ShapeObject {
    const writers = [...collectFields(this.selections, type, sets)].map(([key, nodes]) =>
      this.writer(type, key, nodes, declared),
    );
    return (object, shaping) => {
      const shaped = bag();
      for (const write of writers) if (!write(object, shaped, shaping)) return null;
      return shaped;
    };
  }

  /** Writes one field; false when a null bubbles. */
  private writer(
    type: GraphQLCompositeType,
    key: string,
    nodes: readonly FieldNode[],
    declared: GraphQLCompositeType,
  ): (object: JsonObject, shaped: JsonObject, shaping: Shaping) => boolean {
    const [node] = nodes as readonly [FieldNode];
    const name = node.name.value;
    const set = key === '__proto__' ? put : direct;
    if (name === '__typename') {
      return (_object, shaped) => {
        if (!isObjectType(type)) return false;
        set(shaped, key, type.name);
        return true;
      };
    }
    if (INTROSPECTION.has(name)) {
      return (_object, shaped, { introspection }) => {
        set(shaped, key, introspection[key]);
        return true;
      };
    }
    const field = fieldOf(type, name) ?? fieldOf(declared, name);
    if (field === undefined) throw new Error(`${type.name} has no field ${name}`);
    const source = this.keyOf(node);
    const get = isInherited(source) ? own : read;
    const complete = this.complete(field.type, nodes);
    return (object, shaped, shaping) => {
      const value = complete(get(object, source) ?? null, shaping);
      if (value === BUBBLE) return false;
      set(shaped, key, value);
      return true;
    };
  }

  private complete(type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
    if (isNonNullType(type)) {
      const inner = this.complete(type.ofType, nodes);
      return (value, shaping) => {
        const completed = inner(value, shaping);
        if (completed !== null) return completed;
        shaping.incomplete = true;
        return BUBBLE;
      };
    }
    if (isListType(type)) return list(this.complete(type.ofType, nodes));
    if (isLeafType(type)) return leaf(type);
    return this.object(type, nodes);
  }

  private object(type: GraphQLCompositeType, nodes: readonly FieldNode[]): Complete {
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const shapes = new Map<string, ShapeObject | undefined>();
    const shapeOf = (typename: string): ShapeObject | undefined => {
      const known = shapes.get(typename);
      if (known !== undefined || shapes.has(typename)) return known;
      const found = this.selections.schema.getType(typename);
      const shape = isCompositeType(found) ? this.shapeFor(found, sets, type) : undefined;
      if (shapes.size < 1_000) shapes.set(typename, shape);
      return shape;
    };
    let last: { readonly typename: string; readonly shape: ShapeObject } | undefined;
    return (value, shaping) => {
      if (value === null) return null;
      const given = isObject(value) ? value['__typename'] : undefined;
      const typename = typeof given === 'string' && given !== '' ? given : type.name;
      if (last?.typename !== typename) {
        const shape = shapeOf(typename);
        if (!isObject(value) || shape === undefined) {
          shaping.incomplete = true;
          return null;
        }
        last = { typename, shape };
      }
      return isObject(value) ? last.shape(value, shaping) : null;
    };
  }
}

const fieldOf = (
  type: GraphQLCompositeType,
  name: string,
): GraphQLField<unknown, unknown> | undefined =>
  'getFields' in type ? type.getFields()[name] : undefined;
const read = (object: JsonObject, key: string): unknown => object[key];
const direct = (object: JsonObject, key: string, value: unknown): void => {
  object[key] = value;
};

function list(element: Complete): Complete {
  return (value, shaping) => {
    if (value === null) return null;
    if (!Array.isArray(value)) {
      shaping.incomplete = true;
      return null;
    }
    const completed: unknown[] = new Array(value.length);
    let whole = true;
    for (let i = 0; i < value.length; i += 1) {
      const one = element(value[i] ?? null, shaping);
      if (one === BUBBLE) whole = false;
      completed[i] = one;
    }
    return whole ? completed : null;
  };
}

/** Checks what the schema of clients promises; what a custom scalar may be is the subgraphs' business. */
function leaf(type: GraphQLLeafType): Complete {
  const valid = validator(type);
  if (valid === undefined) return (value) => value;
  return (value, shaping) => {
    if (value === null || valid(value)) return value;
    shaping.incomplete = true;
    return null;
  };
}

function validator(type: GraphQLLeafType): ((value: unknown) => boolean) | undefined {
  if (isEnumType(type)) {
    const values = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => values.has(value);
  }
  switch (type.name) {
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    case 'Int':
      return (value) => Number.isInteger(value);
    case 'Float':
      return (value) => Number.isFinite(value);
    case 'ID':
      return (value) => typeof value === 'string' || Number.isInteger(value);
    case 'String':
      return (value) => typeof value === 'string';
    default:
      return undefined;
  }
}
