import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Random } from '../random';

/** An enum's value: a name in a document, a string in JSON. */
class EnumName {
  constructor(readonly name: string) {}
}

/** A valid value of an input type, in the forms that clients use: a list of one may come as the one itself. */
export function inputValue(type: GraphQLInputType, random: Random, depth = 0): unknown {
  if (isNonNullType(type)) return present(type.ofType, random, depth);
  return random.chance(0.15) ? null : present(type, random, depth);
}

function present(type: GraphQLInputType, random: Random, depth: number): unknown {
  if (isNonNullType(type)) return present(type.ofType, random, depth);
  if (isListType(type)) {
    if (random.chance(0.15)) {
      const { ofType } = type;
      return present(ofType, random, depth + 1);
    }
    return Array.from({ length: random.below(3) }, () =>
      inputValue(type.ofType, random, depth + 1),
    );
  }
  if (isInputObjectType(type)) {
    const object: Record<string, unknown> = {};
    for (const field of Object.values(type.getFields())) {
      const required = isNonNullType(field.type) && field.defaultValue === undefined;
      const wanted = required || (depth < 3 && random.chance(0.4));
      if (wanted) object[field.name] = inputValue(field.type, random, depth + 1);
    }
    return object;
  }
  if (isEnumType(type)) return new EnumName(random.pick(type.getValues()).name);
  return scalar(type.name, random);
}

function scalar(name: string, random: Random): unknown {
  switch (name) {
    case 'Int':
      return random.pick([0, 1, -7, 2_147_483_647]);
    case 'Float':
      return random.pick([0, 1, -0.5, 1e21]);
    case 'Boolean':
      return random.chance(0.5);
    case 'ID':
      return random.pick<unknown>(['id-1', 7, '', 'prd_01h']);
    case 'Json':
      return random.pick<unknown>([{ a: [1, null], b: { c: 'd' } }, [true], 1, 'text']);
    default:
      return random.pick(['', 'text', 'quote " \\ \n ä 🚀', '2026-01-01T00:00:00Z', '12.50']);
  }
}

/** The value as it stands in a document. */
export function asLiteral(value: unknown): string {
  if (value instanceof EnumName) return value.name;
  if (Array.isArray(value)) return `[${value.map(asLiteral).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, one]) => `${name}: ${asLiteral(one)}`);
    return `{${fields.join(', ')}}`;
  }
  return JSON.stringify(value);
}

/** The value as it stands in the variables of a request. */
export function asJson(value: unknown): unknown {
  if (value instanceof EnumName) return value.name;
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asJson(one)]));
  }
  return value;
}
