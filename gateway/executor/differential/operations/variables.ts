import { type GraphQLInputType, getNullableType, isNonNullType } from 'graphql';
import type { Random } from '../random';
import { asJson, asLiteral, inputValue } from './input-values';

interface Variable {
  readonly name: string;
  readonly definition: string;
  /** The type of the place that it was made for. */
  readonly place: string;
}

/** The variables of an operation that is being written: their definitions and the values that a request sends. */
export class Variables {
  readonly values: Record<string, unknown> = {};
  private readonly known: Variable[] = [];

  constructor(private readonly random: Random) {}

  /** A variable that may stand where a value of this type is wanted. */
  for(type: GraphQLInputType): string {
    const place = String(type);
    const same = this.known.filter((one) => one.place === place);
    if (same.length > 0 && this.random.chance(0.5)) return this.random.pick(same).name;
    const name = `$v${this.known.length}`;
    this.known.push({ name, place, definition: `${name}: ${this.declare(name.slice(1), type)}` });
    return name;
  }

  /** What stands behind the operation's name. */
  get definitions(): string {
    return this.known.length === 0
      ? ''
      : `(${this.known.map(({ definition }) => definition).join(', ')})`;
  }

  /** Decides the variable's type, default and value. */
  private declare(name: string, type: GraphQLInputType): string {
    const { random } = this;
    const nullable = getNullableType<GraphQLInputType>(type);
    const isNullable = !isNonNullType(type);
    if (random.chance(0.3)) {
      // With a default that is not null it may stand in a non-null place too, as long as null is not sent.
      const byDefault = this.notNull(nullable);
      if (random.chance(0.5)) this.values[name] = asJson(this.notNull(nullable));
      else if (isNullable && random.chance(0.3)) this.values[name] = null;
      return `${String(nullable)} = ${asLiteral(byDefault)}`;
    }
    if (isNullable && random.chance(0.7)) {
      if (random.chance(0.75)) this.values[name] = asJson(inputValue(nullable, random));
      return String(nullable);
    }
    this.values[name] = asJson(this.notNull(nullable));
    return `${String(nullable)}!`;
  }

  private notNull(type: GraphQLInputType): unknown {
    for (;;) {
      const value = inputValue(type, this.random);
      if (value !== null) return value;
    }
  }
}
