import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLBoolean,
  GraphQLNonNull,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isLeafType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import type { Random } from '../random';
import type { GeneratedOperation } from '../run';
import type { FragmentTypes } from './fragment-types';
import { asLiteral, inputValue } from './input-values';
import { Variables } from './variables';

/** Keys that are easy to get wrong: names of inherited properties, of keys of entities, and of our own aliases. */
const ALIASES = [
  'a',
  'b',
  'id',
  'name',
  'constructor',
  '__proto__',
  'toString',
  'with_a',
  '_with_a',
  'representations',
  'sku',
];

export interface OperationLimits {
  readonly fields: number;
  readonly depth: number;
  /** Aliases are not kept apart: many operations are then invalid, and some are rare valid ones. */
  readonly daring: boolean;
}

/** Writes one random operation. Equal response keys always stand for equal fields, unless it is daring. */
export class OperationWriter {
  private readonly variables: Variables;
  private readonly fragments: { name: string; type: string; text: string }[] = [];
  private readonly keys = new Map<string, string>();
  private readonly argumentsOf = new Map<string, string>();
  private fieldsLeft: number;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragmentTypes: FragmentTypes,
    private readonly random: Random,
    private readonly limits: OperationLimits,
  ) {
    this.fieldsLeft = limits.fields;
    this.variables = new Variables(random);
  }

  write(): GeneratedOperation {
    const mutation = this.schema.getMutationType();
    const isMutation = mutation != null && this.random.chance(0.1);
    const root = isMutation ? mutation : this.schema.getQueryType();
    if (root == null) throw new Error('the schema has no queries');
    const selection = this.selectionSet(root, this.limits.depth);
    const kind = isMutation ? 'mutation' : 'query';
    const fragments = this.fragments.map(
      ({ name, type, text }) => `fragment ${name} on ${type} ${text}`,
    );
    const query = [`${kind} Generated${this.variables.definitions} ${selection}`, ...fragments];
    return { query: query.join('\n'), variables: this.variables.values };
  }

  private selectionSet(type: GraphQLCompositeType, depth: number): string {
    const parts: string[] = [];
    const wanted = 1 + this.random.below(4);
    for (let i = 0; i < wanted; i += 1) {
      if (this.fieldsLeft > 0 || parts.length === 0) parts.push(this.selection(type, depth));
    }
    return `{ ${parts.join(' ')} }`;
  }

  private selection(type: GraphQLCompositeType, depth: number): string {
    const drawn = this.random.next();
    if (depth > 0 && drawn < 0.13) return this.inlineFragment(type, depth);
    if (depth > 0 && drawn < 0.21) return this.spread(type, depth);
    if (drawn < 0.28) return this.typename();
    if (isUnionType(type)) {
      return depth > 0 ? this.inlineFragment(type, depth) : this.typename();
    }
    if (type === this.schema.getQueryType() && drawn > 0.98) return this.introspection();
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || isLeafType(getNamedType(field.type)),
    );
    return fields.length === 0
      ? this.typename()
      : this.field(type, this.random.pick(fields), depth);
  }

  private field(
    parent: GraphQLCompositeType,
    field: GraphQLField<unknown, unknown>,
    depth: number,
  ): string {
    this.fieldsLeft -= 1;
    const given = this.argumentsFor(parent, field);
    const key = this.key(field.name, `${field.name}${given}: ${String(field.type)}`);
    const alias = key === field.name ? '' : `${key}: `;
    const named = getNamedType(field.type);
    const below = isCompositeType(named) ? ` ${this.selectionSet(named, depth - 1)}` : '';
    return `${alias}${field.name}${given}${this.directives()}${below}`;
  }

  /** The response key of a field; `signature` is equal for fields that may share one. */
  private key(name: string, signature: string): string {
    const wished = this.random.chance(0.2) ? this.random.pick(ALIASES) : name;
    const taken = this.keys.get(wished);
    if (taken === undefined || taken === signature || this.limits.daring) {
      this.keys.set(wished, signature);
      return wished;
    }
    const own = [...this.keys].find(([key, known]) => known === signature && key.startsWith(name));
    if (own !== undefined) return own[0];
    const made = `${name}_${this.keys.size}`;
    this.keys.set(made, signature);
    return made;
  }

  private argumentsFor(
    parent: GraphQLCompositeType,
    field: GraphQLField<unknown, unknown>,
  ): string {
    if (field.args.length === 0) return '';
    const place = `${parent.name}.${field.name}`;
    const before = this.argumentsOf.get(place);
    if (before !== undefined && this.random.chance(0.5)) return before;
    const given = field.args
      .filter((argument) => isRequiredArgument(argument) || this.random.chance(0.5))
      .map((argument) => `${argument.name}: ${this.argument(argument)}`);
    const text = given.length === 0 ? '' : `(${given.join(', ')})`;
    this.argumentsOf.set(place, text);
    return text;
  }

  private argument({ type }: GraphQLArgument): string {
    return this.random.chance(0.4)
      ? this.variables.for(type)
      : asLiteral(inputValue(type, this.random));
  }

  private typename(): string {
    this.fieldsLeft -= 1;
    const key = this.key('__typename', '__typename');
    return `${key === '__typename' ? '' : `${key}: `}__typename${this.directives()}`;
  }

  private inlineFragment(type: GraphQLCompositeType, depth: number): string {
    const condition = this.random.chance(0.1) && !isUnionType(type) ? undefined : this.within(type);
    const on = condition === undefined ? '' : ` on ${condition.name}`;
    return `...${on}${this.directives()} ${this.selectionSet(condition ?? type, depth - 1)}`;
  }

  private spread(type: GraphQLCompositeType, depth: number): string {
    const possible = this.fragmentTypes.within(type).map(({ name }) => name);
    const fitting = this.fragments.filter((one) => possible.includes(one.type));
    if (fitting.length > 0 && this.random.chance(0.4)) {
      return `...${this.random.pick(fitting).name}${this.directives()}`;
    }
    const on = this.within(type);
    const text = this.selectionSet(on, depth - 1);
    const name = `F${this.fragments.length}`;
    this.fragments.push({ name, type: on.name, text });
    return `...${name}${this.directives()}`;
  }

  private within(type: GraphQLCompositeType): GraphQLCompositeType {
    return this.random.pick(this.fragmentTypes.within(type));
  }

  private directives(): string {
    return ['skip', 'include']
      .filter(() => this.random.chance(0.08))
      .map((name) => ` @${name}(if: ${this.condition(name)})`)
      .join('');
  }

  private condition(name: string): string {
    const boolean = new GraphQLNonNull(GraphQLBoolean);
    if (this.random.chance(0.7)) return this.variables.for(boolean);
    // Mostly what leaves something to answer.
    return String(this.random.chance(0.75) === (name === 'include'));
  }

  private introspection(): string {
    this.fieldsLeft -= 1;
    const type = this.random.pick(Object.keys(this.schema.getTypeMap()));
    const [name, rest] = this.random.chance(0.5)
      ? ['__type', `(name: "${type}") { kind name fields { name } __typename }`]
      : ['__schema', ' { queryType { name } directives { name isRepeatable } }'];
    const key = this.key(name, name + rest);
    return `${key === name ? '' : `${key}: `}${name}${rest}`;
  }
}
