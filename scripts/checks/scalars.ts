/** What each scalar of the API is in TypeScript: all travel as strings, because JSON numbers lose digits. */
export const SCALARS: Readonly<Record<string, string>> = {
  BigInt: 'string',
  CountryCode: 'string',
  CurrencyCode: 'string',
  Cursor: 'string',
  DateTime: 'string',
  Decimal: 'string',
};
