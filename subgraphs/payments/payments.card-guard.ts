import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
} from 'graphql';
import { prefixOf } from '#kernel/ids/id';
import { holdsCardNumber } from '#kernel/text/card-number.rules';
import { paymentsErrors } from './payments.errors';

/** What a bank wrote, not the caller: its lines are kept without card numbers instead (`readStatement`). */
const NOT_THE_CALLERS = 'bankStatement';

/**
 * Before any act: no text of its input may hold a card number, whatever it is meant for. The field at fault is named,
 * never repeated. Returns the same schema.
 */
export function refuseCardNumbers(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      if (answersWithUserErrors(field)) guard(field);
    }
  }
  return schema;
}

function answersWithUserErrors({ type }: GraphQLField<unknown, unknown>): boolean {
  const named = getNamedType(type);
  return isObjectType(named) && 'userErrors' in named.getFields();
}

function guard(field: GraphQLField<unknown, unknown>): void {
  const { resolve = defaultFieldResolver, args } = field;
  field.resolve = (source, given: Record<string, unknown>, context, info) => {
    for (const { name, type } of args) {
      const place = placeOfCardNumber(type, given[name], [name]);
      if (place !== undefined) return refused(place);
    }
    return resolve(source, given, context, info);
  };
}

const refused = (field: readonly string[]): object => ({
  userErrors: [
    {
      code: 'CARD_NUMBER_REFUSED',
      message: paymentsErrors.CARD_NUMBER_REFUSED,
      field,
      retryable: false,
    },
  ],
});

/** Where it is. A well-formed id is none: it names something that exists, or else nothing is done. */
function placeOfCardNumber(
  type: GraphQLInputType,
  value: unknown,
  path: readonly string[],
): readonly string[] | undefined {
  const bare = getNullableType(type);
  if (typeof value === 'string') {
    const isId = String(bare) === 'ID' && prefixOf(value) !== undefined;
    return !isId && holdsCardNumber(value) ? path : undefined;
  }
  const inside: (readonly [GraphQLInputType, unknown, string])[] = [];
  if (isListType(bare) && Array.isArray(value)) {
    value.forEach((one, n) => inside.push([bare.ofType, one, String(n)]));
  } else if (isInputObjectType(bare) && typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(bare.getFields())) {
      if (name === NOT_THE_CALLERS) continue;
      inside.push([field.type, (value as Record<string, unknown>)[name], name]);
    }
  }
  for (const [of, one, name] of inside) {
    const place = placeOfCardNumber(of, one, [...path, name]);
    if (place !== undefined) return place;
  }
  return undefined;
}
