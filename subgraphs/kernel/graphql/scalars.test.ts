import { GraphQLError, type GraphQLScalarType, parseValue as literal } from 'graphql';
import { BigIntText, CountryCode, CurrencyCode, Cursor, DateTime, Decimal } from './scalars';

test.each<[GraphQLScalarType, string, unknown]>([
  [BigIntText, '9223372036854775807', 9223372036854775807n],
  [BigIntText, '-9223372036854775808', -9223372036854775808n],
  [Decimal, '19.90', '19.90'],
  [CurrencyCode, 'KWD', 'KWD'],
  [CountryCode, 'BR', 'BR'],
  [Cursor, 'abc', 'abc'],
  [DateTime, '2026-01-31T09:30:00.000Z', new Date('2026-01-31T09:30:00Z')],
])('%s reads %s, as a variable and as a literal', (scalar, text, value) => {
  expect(scalar.parseValue(text)).toEqual(value);
  expect(scalar.parseLiteral(literal(JSON.stringify(text)) as never)).toEqual(value);
  expect(scalar.serialize(value)).toBe(text);
});

test.each<[GraphQLScalarType, unknown]>([
  [BigIntText, '9223372036854775808'],
  [BigIntText, '-9223372036854775809'],
  [BigIntText, '1.5'],
  [BigIntText, 5],
  [Decimal, '1e3'],
  [CurrencyCode, 'XXX'],
  [CurrencyCode, 'constructor'],
  [CountryCode, 'bra'],
  [Cursor, 'x'.repeat(1_001)],
  [DateTime, '2026-02-31T99:00:00Z'],
  [DateTime, 'yesterday'],
  [DateTime, null],
])('%s refuses %p as the caller’s mistake', (scalar, value) => {
  expect(() => scalar.parseValue(value)).toThrow(GraphQLError);
  expect(() => scalar.parseValue(value)).toThrow(
    expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }) as Error,
  );
});
