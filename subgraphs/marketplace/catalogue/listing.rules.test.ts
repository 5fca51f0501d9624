import { refusals } from '#kernel/errors/refusal';
import { aListing, aVariant, codeOf, euro } from '../testing/catalogue.fixture';
import { catalogueErrors } from './catalogue.errors';
import { type Listing, cleanListing, isGtin } from './listing.rules';

const refuse = refusals(catalogueErrors);
const clean = (changes: Partial<Listing>) => cleanListing(aListing('x', changes), refuse);
const withVariant = (changes: Parameters<typeof aVariant>[0]) =>
  clean({ variants: [aVariant(changes)] });

test.each([
  ['HANDLE_INVALID', { handle: '' }],
  ['TITLE_INVALID', { title: '\u0000 ' }],
  ['TITLE_INVALID', { title: 'a'.repeat(201) }],
  ['DESCRIPTION_INVALID', { description: 'a'.repeat(10_001) }],
  ['LANGUAGE_INVALID', { language: 'english please' }],
  ['CATEGORY_INVALID', { categoryHandle: 'no/slash' }],
  ['CATEGORY_INVALID', { categoryName: '' }],
  ['VARIANTS_INVALID', { variants: [] }],
  ['VARIANTS_INVALID', { variants: [aVariant(), aVariant()] }],
  [
    'PRICE_INVALID',
    {
      variants: [
        aVariant(),
        aVariant({
          sku: 'b',
          price: { minorUnits: 1n, currencyCode: 'USD' },
          shippingPrice: { minorUnits: 1n, currencyCode: 'USD' },
        }),
      ],
    },
  ],
])('%s for %p', async (code, changes) => {
  expect(await codeOf(() => clean(changes))).toBe(code);
});

test.each([
  ['VARIANTS_INVALID', { sku: ' ' }],
  ['GTIN_INVALID', { gtin: '4006381333932' }],
  ['PRICE_INVALID', { price: euro(-1n) }],
  ['PRICE_INVALID', { price: euro(0n) }],
  ['PRICE_INVALID', { shippingPrice: euro(10n ** 13n + 1n) }],
  ['PRICE_INVALID', { shippingPrice: { minorUnits: 1n, currencyCode: 'USD' } }],
  ['STOCK_INVALID', { stock: -1 }],
  ['STOCK_INVALID', { stock: 1.5 }],
  ['MEASURES_INVALID', { weightG: 0 }],
  ['MEASURES_INVALID', { heightCm: 1_001 }],
  ['MEASURES_INVALID', { handlingDays: 91 }],
])('%s for a variant with %p', async (code, changes) => {
  expect(await codeOf(() => withVariant(changes))).toBe(code);
});

test('a product with a GTIN is shared unless its seller says otherwise', () => {
  const gtin = '4006381333931';
  const { sharing: _sharing, ...plain } = aListing('x');
  expect(cleanListing(plain, refuse).sharing).toBe('PRIVATE');
  expect(cleanListing({ ...plain, variants: [aVariant({ gtin })] }, refuse).sharing).toBe('SHARED');
  expect(clean({ sharing: 'PRIVATE', variants: [aVariant({ gtin })] }).sharing).toBe('PRIVATE');
});

test.each(['96385074', '036000291452', '4006381333931', '10614141000415'])(
  '%s is a GTIN',
  (text) => {
    expect(isGtin(text)).toBe(true);
  },
);
