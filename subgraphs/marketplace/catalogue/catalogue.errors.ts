/** Why a listing, an offer or a stock change can be refused. */
export const catalogueErrors = {
  TOO_MANY_LISTINGS: 'One call takes 1 to 100 listings.',
  HANDLE_INVALID:
    'A handle has 1 to 120 of a-z, 0-9 and -, and starts and ends with a letter or digit.',
  HANDLE_TAKEN: 'Another seller made the product with this handle; offer it with offerCreate.',
  HANDLE_REPEATED: 'This handle stands in the same call before.',
  TITLE_INVALID: 'A title has 1 to 200 characters.',
  DESCRIPTION_INVALID: 'A description has at most 10,000 characters.',
  CATEGORY_INVALID: 'A category has a handle and, when it is new, a name of 1 to 80 characters.',
  LANGUAGE_INVALID: 'A language is a BCP 47 tag such as `en` or `pt-BR`.',
  VARIANTS_INVALID: 'A product has 1 to 100 variants, each with its own SKU of 1 to 80 characters.',
  GTIN_INVALID: 'A GTIN has 8, 12, 13 or 14 digits and a right check digit.',
  PRICE_INVALID:
    'The price is above zero, shipping not negative; both of one currency and at most 10^13 minor units.',
  STOCK_INVALID: 'Stock is 0 to 10,000,000 units.',
  STOCK_BELOW_RESERVED:
    'So many units are reserved by checkouts that the stock cannot fall so far.',
  MEASURES_INVALID:
    'Weight is 1 to 1,000,000 g, each side 1 to 1,000 cm, handling time 0 to 90 days.',
  VARIANT_NOT_FOUND: 'There is no such variant.',
  OFFER_NOT_FOUND: 'There is no such offer.',
  PRODUCT_PRIVATE: 'Only the seller who made this product may offer it.',
  OFFER_EXISTS: 'This seller has an offer on this variant already.',
  OFFER_STATE_INVALID: 'The offer is not in a state that allows this.',
} as const;
