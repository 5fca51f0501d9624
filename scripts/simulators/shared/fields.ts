import { Refusal } from './refusal';

const MINOR = /^(0|[1-9][0-9]{0,17})$/;
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

function invalid(path: string, expected: string): Refusal {
  return new Refusal(400, 'FIELD_INVALID', `${path} must be ${expected}`);
}

/** Reads named values out of a JSON object and refuses (400 FIELD_INVALID) what does not fit. */
export class Fields {
  private constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    private readonly path: string,
  ) {}

  static of(value: unknown, path = ''): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalid(path === '' ? 'the body' : path, 'a JSON object');
    }
    return new Fields(value as Record<string, unknown>, path);
  }

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }

  /** A string of 1 to 500 characters. */
  text(name: string): string {
    const value = this.values[name];
    if (typeof value !== 'string' || value.length === 0 || value.length > 500) {
      throw invalid(this.at(name), 'a string of 1 to 500 characters');
    }
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.has(name) && this.values[name] !== '' ? this.text(name) : undefined;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const found = allowed.find((value) => value === this.values[name]);
    if (found === undefined) throw invalid(this.at(name), `one of ${allowed.join(', ')}`);
    return found;
  }

  flag(name: string, otherwise: boolean): boolean {
    if (!this.has(name)) return otherwise;
    const value = this.values[name];
    if (typeof value !== 'boolean') throw invalid(this.at(name), 'true or false');
    return value;
  }

  whole(name: string, low: number, high: number): number {
    const value = this.values[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
      throw invalid(this.at(name), `a whole number from ${String(low)} to ${String(high)}`);
    }
    return value;
  }

  /** A finite number in the range, `otherwise` when absent. */
  number(name: string, low: number, high: number, otherwise: number): number {
    if (!this.has(name)) return otherwise;
    const value = this.values[name];
    if (typeof value !== 'number' || !(value >= low && value <= high)) {
      throw invalid(this.at(name), `a number from ${String(low)} to ${String(high)}`);
    }
    return value;
  }

  /** Minor units as a decimal string greater than zero. */
  amount(name: string): bigint {
    const value = this.values[name];
    if (typeof value !== 'string' || !MINOR.test(value) || value === '0') {
      throw invalid(this.at(name), 'minor units as a decimal string above zero, like "12345"');
    }
    return BigInt(value);
  }

  currency(name: string): string {
    const value = this.values[name];
    if (typeof value !== 'string' || !CURRENCIES.has(value)) {
      throw invalid(this.at(name), 'an ISO 4217 currency code');
    }
    return value;
  }

  child(name: string): Fields {
    return Fields.of(this.values[name], this.at(name));
  }

  list(name: string, low: number, high: number): Fields[] {
    const value = this.values[name];
    if (!Array.isArray(value) || value.length < low || value.length > high) {
      throw invalid(this.at(name), `a list of ${String(low)} to ${String(high)} objects`);
    }
    return value.map((item: unknown, at) => Fields.of(item, `${this.at(name)}[${String(at)}]`));
  }

  /** A flat object of strings, as callers attach it to their own records. */
  labels(name: string, longest = 500): Record<string, string> {
    if (!this.has(name)) return {};
    const entries = Object.entries(this.child(name).values);
    if (entries.length > 50) throw invalid(this.at(name), 'an object of at most 50 entries');
    return Object.fromEntries(
      entries.map(([key, value]) => {
        if (typeof value !== 'string' || value.length > longest) {
          const expected = `a string of at most ${String(longest)} characters`;
          throw invalid(`${this.at(name)}.${key}`, expected);
        }
        return [key, value];
      }),
    );
  }

  private at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
