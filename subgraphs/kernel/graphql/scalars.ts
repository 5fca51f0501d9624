import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { isCurrency } from '../money/currency';

const invalid = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

/** A scalar that travels as a string and is checked on the way in. */
function textScalar<T>(options: {
  name: string;
  description: string;
  read: (text: string) => T;
  write: (value: unknown) => string;
}): GraphQLScalarType<T, string> {
  const parse = (value: unknown): T => {
    if (typeof value !== 'string') throw invalid(`${options.name} must be a string`);
    return options.read(value);
  };
  return new GraphQLScalarType<T, string>({
    name: options.name,
    description: options.description,
    serialize: options.write,
    parseValue: parse,
    parseLiteral: (node: ValueNode) =>
      parse(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : undefined),
  });
}

export const DateTime = textScalar<Date>({
  name: 'DateTime',
  description: 'An instant, RFC 3339 in UTC with milliseconds, e.g. `2026-01-31T09:30:00.000Z`.',
  read: (text) => {
    const date = new Date(text);
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) || Number.isNaN(date.getTime())) {
      throw invalid(`not an RFC 3339 instant: ${text.slice(0, 40)}`);
    }
    return date;
  },
  write: (value) => {
    const date = value instanceof Date ? value : new Date(String(value));
    return date.toISOString();
  },
});

export const Decimal = textScalar<string>({
  name: 'Decimal',
  description: 'A decimal number as a string, e.g. `"19.90"`; never a float.',
  read: (text) => {
    if (!/^-?\d{1,15}(\.\d{1,8})?$/.test(text))
      throw invalid(`not a decimal: ${text.slice(0, 40)}`);
    return text;
  },
  write: String,
});

export const BigIntText = textScalar<bigint>({
  name: 'BigInt',
  description: 'A whole number of up to 64 bits as a string, because JSON numbers lose digits.',
  read: (text) => {
    const value = /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
    if (value === undefined || BigInt.asIntN(64, value) !== value) {
      throw invalid(`not a whole number of 64 bits: ${text.slice(0, 40)}`);
    }
    return value;
  },
  write: String,
});

export const CurrencyCode = textScalar<string>({
  name: 'CurrencyCode',
  description: 'An active ISO 4217 currency code in capitals, e.g. `EUR`.',
  read: (text) => {
    if (!isCurrency(text)) throw invalid(`not an ISO 4217 currency: ${text.slice(0, 10)}`);
    return text;
  },
  write: String,
});

export const CountryCode = textScalar<string>({
  name: 'CountryCode',
  description: 'An ISO 3166-1 alpha-2 country code in capitals, e.g. `BR`.',
  read: (text) => {
    if (!/^[A-Z]{2}$/.test(text)) throw invalid(`not a country code: ${text.slice(0, 10)}`);
    return text;
  },
  write: String,
});

export const Cursor = textScalar<string>({
  name: 'Cursor',
  description: 'An opaque place in a list or stream: give back what you were given.',
  read: (text) => {
    if (text.length > 1_000) throw invalid('the cursor is too long');
    return text;
  },
  write: String,
});
