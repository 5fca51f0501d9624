import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import type { World } from './world';

/**
 * Values for required arguments and input fields by their name, or by `mutation.field`, which is given even where it
 * may be left out. What is not named gets a plain value of its type.
 */
export type Known = Readonly<Record<string, unknown>>;

/** `REFUSED` for a call that the caller may not make, or about something that it may not know of. */
export type Verdict = 'REFUSED' | 'TAKEN' | 'FAULT';

const DEPTH = 7;
const MACHINERY =
  /(Connection|Edge|Payload|UserError|PageInfo|TotalCount|Update)$|^_|^(Query|Mutation|Subscription)$/;
/** PAYMENT_REQUEST_INVALID is also what another buyer’s request is answered with. */
const REFUSALS = /^(UNAUTHENTICATED|FORBIDDEN|PAYMENT_REQUEST_INVALID)$|NOT_FOUND$/;

/** The fields of the graph that say something: not those of payloads, connections and the like. */
export function coordinates(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type): type is GraphQLObjectType => isObjectType(type) && !isMachinery(type))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`))
    .filter((coordinate) => !coordinate.endsWith('.id'));
}

/** The fields of a root type, without federation's own. */
export const rootFields = (schema: GraphQLSchema, root: 'Query' | 'Mutation'): string[] =>
  Object.keys((schema.getType(root) as GraphQLObjectType).getFields()).filter(
    (name) => !name.startsWith('_'),
  );

const isMachinery = ({ name }: GraphQLNamedType): boolean =>
  MACHINERY.test(name) || name.startsWith('__');

/** Asks as somebody and says which fields of which types came back with a value. */
export class AccessProbe {
  /** Of the document that is being written. */
  private readonly variables = new Map<string, { type: string; value: unknown }>();

  constructor(
    private readonly world: World,
    private readonly schema: GraphQLSchema,
    private readonly known: Known,
  ) {}

  /** Everything below one root query. */
  async query(viewer: Viewer, name: string): Promise<Set<string>> {
    const field = this.root('Query', name);
    return this.seen(viewer, `__typename ${this.selected(field, DEPTH, new Set())}`);
  }

  /** Everything below one entity, by reference. */
  async entity(viewer: Viewer, type: string, id: string): Promise<Set<string>> {
    const object = this.schema.getType(type) as GraphQLObjectType;
    const fields = this.fieldsOf(object, DEPTH, new Set());
    const value = [{ __typename: type, id }];
    this.variables.set('r', { type: '[_Any!]!', value });
    return this.seen(viewer, `_entities(representations: $r) { ... on ${type} { ${fields} } }`);
  }

  /** Calls a mutation with the one input that the scene knows. */
  async mutate(viewer: Viewer, name: string): Promise<Verdict> {
    const [argument] = this.root('Mutation', name).args;
    if (argument === undefined) throw new Error(`${name} takes no input`);
    const input = this.value(argument.type, 'input', name);
    const query = `mutation ($input: ${String(argument.type)}) { ${name}(input: $input) { userErrors { code } } }`;
    const { data, errors } = await this.world.call(viewer, query, { input });
    const answer = data?.[name] as { userErrors: { code: string }[] } | null | undefined;
    const codes = [
      ...(errors ?? []).map(({ extensions }) => String(extensions?.['code'])),
      ...(answer?.userErrors ?? []).map(({ code }) => code),
    ];
    if (codes.some((code) => REFUSALS.test(code))) return 'REFUSED';
    const known = answer != null && (errors ?? []).length === 0;
    return known ? 'TAKEN' : 'FAULT';
  }

  private async seen(viewer: Viewer, selection: string): Promise<Set<string>> {
    const entries = [...this.variables];
    this.variables.clear();
    const declared = entries.map(([name, { type }]) => `$${name}: ${type}`).join(', ');
    const query = `query${declared === '' ? '' : ` (${declared})`} { ${selection} }`;
    const values = Object.fromEntries(entries.map(([name, { value }]) => [name, value]));
    const { data, errors } = await this.world.call(viewer, query, values);
    const faults = (errors ?? []).filter(
      ({ extensions }) => !REFUSALS.test(String(extensions?.['code'])),
    );
    if (faults.length > 0) throw new Error(`${query}: ${JSON.stringify(faults)}`);
    const found = new Set<string>();
    collect(data, found);
    return found;
  }

  private root(root: 'Query' | 'Mutation', name: string): GraphQLField<unknown, unknown> {
    const field = (this.schema.getType(root) as GraphQLObjectType).getFields()[name];
    if (field === undefined) throw new Error(`there is no ${root}.${name}`);
    return field;
  }

  private fieldsOf(type: GraphQLObjectType, depth: number, above: ReadonlySet<string>): string {
    const inside = new Set([...above, type.name]);
    const fields = Object.values(type.getFields()).map((field) =>
      this.selected(field, depth - 1, inside),
    );
    return `__typename ${fields.join(' ')}`;
  }

  private selected(
    field: GraphQLField<unknown, unknown>,
    depth: number,
    above: ReadonlySet<string>,
  ): string {
    const type = getNamedType(field.type);
    const given = field.args.filter((arg) => isRequiredArgument(arg));
    const args = given.map((arg) => {
      const variable = `v${this.variables.size.toString()}`;
      const value = this.value(arg.type, arg.name, field.name);
      this.variables.set(variable, { type: String(arg.type), value });
      return `${arg.name}: $${variable}`;
    });
    const call = `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
    if (isLeafType(type)) return call;
    if (!isObjectType(type) || depth <= 0 || above.has(type.name)) return '';
    return `${call} { ${this.fieldsOf(type, depth, above)} }`;
  }

  /** What is right for an argument or input field of this name in a call. */
  value(type: GraphQLInputType, name: string, root: string): unknown {
    const own = `${root}.${name}`;
    const bare = getNullableType(type);
    if (own in this.known) return this.known[own];
    if (isEnumType(bare)) return bare.getValues()[0]?.name;
    if (name in this.known) return this.known[name];
    if (isListType(bare)) return [this.value(bare.ofType, `${name}[]`, root)];
    if (isInputObjectType(bare)) {
      const given = Object.values(bare.getFields()).filter(
        (field) => isRequiredInputField(field) || `${root}.${field.name}` in this.known,
      );
      return Object.fromEntries(
        given.map((field) => [field.name, this.value(field.type, field.name, root)]),
      );
    }
    const plain: Readonly<Record<string, unknown>> = {
      ...{ Int: 1, Float: 1, Boolean: false },
      ...{ BigInt: '1', CurrencyCode: 'EUR', DateTime: '2026-01-01T00:00:00.000Z' },
    };
    return plain[String(bare)] ?? 'x';
  }
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) collect(one, found);
  if (typeof value !== 'object' || value === null) return;
  const { __typename: type, ...fields } = value as Record<string, unknown>;
  for (const [name, one] of Object.entries(fields)) {
    if (one === null || one === undefined) continue;
    if (typeof type === 'string') found.add(`${type}.${name}`);
    collect(one, found);
  }
}
