import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { type AccessProbe, rootFields } from './access.probe';

/** A place in the input of one call where a text goes. */
export interface TextPlace {
  readonly root: 'Query' | 'Mutation';
  readonly name: string;
  /** From the argument's name to the text. */
  readonly path: readonly string[];
  readonly isId: boolean;
}

/** Every place for a text in every query and mutation. */
export function textPlaces(schema: GraphQLSchema): TextPlace[] {
  return (['Query', 'Mutation'] as const).flatMap((root) =>
    rootFields(schema, root).flatMap((name) =>
      fieldOf(schema, root, name).args.flatMap((arg) =>
        [...texts(arg.type, [arg.name])].map(([path, isId]) => ({ root, name, path, isId })),
      ),
    ),
  );
}

function* texts(type: GraphQLInputType, path: string[]): Generator<[string[], boolean]> {
  const bare = getNullableType(type);
  if (isListType(bare)) yield* texts(bare.ofType, [...path, '0']);
  else if (isInputObjectType(bare)) {
    for (const field of Object.values(bare.getFields())) {
      yield* texts(field.type, [...path, field.name]);
    }
  } else if (String(bare) === 'String' || String(bare) === 'ID')
    yield [path, String(bare) === 'ID'];
}

/** Variables of a call that is right but for one text. */
export function planted(
  schema: GraphQLSchema,
  probe: AccessProbe,
  { root, name, path }: TextPlace,
  text: string,
): Record<string, unknown> {
  const { args } = fieldOf(schema, root, name);
  const put = (
    type: GraphQLInputType,
    called: string,
    [next, ...rest]: readonly string[],
  ): unknown => {
    if (next === undefined) return text;
    const bare = getNullableType(type);
    if (isListType(bare)) return [put(bare.ofType, called, rest)];
    if (!isInputObjectType(bare)) throw new Error(`${name} has no ${path.join('.')}`);
    const field = bare.getFields()[next];
    if (field === undefined) throw new Error(`${name} has no ${path.join('.')}`);
    const right = probe.value(type, called, name) as Record<string, unknown>;
    return { ...right, [next]: put(field.type, next, rest) };
  };
  return Object.fromEntries(
    args
      .filter((arg) => arg.name === path[0] || String(arg.type).endsWith('!'))
      .map((arg) => [
        arg.name,
        arg.name === path[0]
          ? put(arg.type, arg.name, path.slice(1))
          : probe.value(arg.type, arg.name, name),
      ]),
  );
}

/** A document that makes one call with all its arguments as variables. */
export function documentOf(schema: GraphQLSchema, { root, name }: TextPlace): string {
  const field = fieldOf(schema, root, name);
  const names = field.args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const args = field.args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const type = schema.getType(String(field.type).replace(/[![\]]/g, ''));
  const fields = (type as Partial<GraphQLObjectType> | undefined)?.getFields?.();
  const wanted =
    fields === undefined
      ? ''
      : 'userErrors' in fields
        ? '{ userErrors { code } }'
        : '{ __typename }';
  return `${root.toLowerCase()} (${names}) { ${name}(${args}) ${wanted} }`;
}

function fieldOf(
  schema: GraphQLSchema,
  root: TextPlace['root'],
  name: string,
): GraphQLField<unknown, unknown> {
  const field = (schema.getType(root) as GraphQLObjectType).getFields()[name];
  if (field === undefined) throw new Error(`there is no ${root}.${name}`);
  return field;
}

/** Numbers that cards could have, of several networks and every length; the same for a seed. */
export const cardNumbers = (seed: number, numRuns: number): string[] =>
  fc.sample(
    fc
      .tuple(
        fc.constantFrom('4', '51', '37', '2221', '6011', '35'),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 14 }),
      )
      .map(([network, digits]) => network + digits.join(''))
      .map((body) => body + checkDigit(body)),
    { seed, numRuns },
  );

function checkDigit(body: string): string {
  const sum = Array.from(body)
    .reverse()
    .map((text, at) => (at % 2 === 0 ? 2 * Number(text) : Number(text)))
    .reduce((all, value) => all + (value > 9 ? value - 9 : value), 0);
  return String((10 - (sum % 10)) % 10);
}
