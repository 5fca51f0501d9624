import type { Refusal, RefusalDetail } from '#kernel/errors/refusal';
import type { catalogueErrors } from './catalogue.errors';
import { cleanLine, cleanText, lengthOf, productHandle } from './text.rules';

/** Makes a refusal of the catalogue's table. */
export type Refuse = (code: keyof typeof catalogueErrors, detail?: RefusalDetail) => Refusal;

export interface Price {
  readonly minorUnits: bigint;
  readonly currencyCode: string;
}

/** Terms of an offer as they are given. */
export interface OfferTerms {
  readonly price: Price;
  readonly shippingPrice: Price;
  readonly stock: number;
  readonly weightG: number;
  readonly lengthCm: number;
  readonly widthCm: number;
  readonly heightCm: number;
  readonly handlingDays: number;
}

export interface ListedVariant extends OfferTerms {
  readonly sku: string;
  readonly title: string;
  readonly gtin?: string | null;
}

export interface Listing {
  readonly handle: string;
  readonly title: string;
  readonly description?: string | null;
  readonly categoryHandle: string;
  readonly categoryName?: string | null;
  readonly language?: string | null;
  readonly sharing?: 'SHARED' | 'PRIVATE' | null;
  readonly variants: readonly ListedVariant[];
}

/** A listing that is fit to be stored: texts cleaned, handles folded, defaults filled in. */
export interface CleanListing {
  readonly handle: string;
  readonly title: string;
  readonly description: string;
  readonly categoryHandle: string;
  readonly categoryName: string | undefined;
  readonly language: string;
  readonly sharing: 'SHARED' | 'PRIVATE';
  readonly variants: readonly (OfferTerms & { sku: string; title: string; gtin: string | null })[];
}

const MOST_MINOR = 10n ** 13n;
const MOST_STOCK = 10_000_000;

const within = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;
const isLine = (text: string, most: number): boolean =>
  lengthOf(text) >= 1 && lengthOf(text) <= most;

/** Refuses terms that no offer can have. `at` is the path of the terms in the input. */
export function checkTerms(terms: OfferTerms, at: readonly string[], refuse: Refuse): void {
  const { price, shippingPrice } = terms;
  for (const [amount, least] of [
    [price.minorUnits, 1n], // a free order could never be paid, so never be confirmed
    [shippingPrice.minorUnits, 0n],
  ] as const) {
    if (amount < least || amount > MOST_MINOR)
      throw refuse('PRICE_INVALID', { field: [...at, 'price'] });
  }
  if (price.currencyCode !== shippingPrice.currencyCode) {
    throw refuse('PRICE_INVALID', { field: [...at, 'shippingPrice', 'currencyCode'] });
  }
  if (!within(terms.stock, 0, MOST_STOCK))
    throw refuse('STOCK_INVALID', { field: [...at, 'stock'] });
  const sides = [terms.lengthCm, terms.widthCm, terms.heightCm];
  const measured = within(terms.weightG, 1, 1_000_000) && sides.every((cm) => within(cm, 1, 1_000));
  if (!measured || !within(terms.handlingDays, 0, 90)) {
    throw refuse('MEASURES_INVALID', { field: [...at, 'weightG'] });
  }
}

/** GS1's check digit: weights 3 and 1 from the right. */
export function isGtin(text: string): boolean {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return false;
  const digits = Array.from(text).reverse().map(Number);
  return digits.reduce((sum, digit, i) => sum + digit * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0;
}

/** Cleans one listing or throws the refusal of its first fault. */
export function cleanListing(listing: Listing, refuse: Refuse): CleanListing {
  const handle = productHandle(listing.handle);
  if (handle === undefined) throw refuse('HANDLE_INVALID', { field: ['handle'] });
  const title = cleanLine(listing.title);
  if (!isLine(title, 200)) throw refuse('TITLE_INVALID', { field: ['title'] });
  const description = cleanText(listing.description ?? '');
  if (lengthOf(description) > 10_000) {
    throw refuse('DESCRIPTION_INVALID', { field: ['description'] });
  }
  const language = listing.language ?? 'en';
  if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/.test(language)) {
    throw refuse('LANGUAGE_INVALID', { field: ['language'] });
  }
  const variants = cleanVariants(listing.variants, refuse);
  const isKnownEverywhere = variants.some(({ gtin }) => gtin !== null);
  return {
    handle,
    title,
    description,
    ...cleanCategory(listing, refuse),
    language,
    sharing: listing.sharing ?? (isKnownEverywhere ? 'SHARED' : 'PRIVATE'),
    variants,
  };
}

function cleanCategory({ categoryHandle, categoryName }: Listing, refuse: Refuse) {
  const handle = productHandle(categoryHandle);
  if (handle === undefined) throw refuse('CATEGORY_INVALID', { field: ['categoryHandle'] });
  const name = categoryName == null ? undefined : cleanLine(categoryName);
  if (name !== undefined && !isLine(name, 80)) {
    throw refuse('CATEGORY_INVALID', { field: ['categoryName'] });
  }
  return { categoryHandle: handle, categoryName: name };
}

function cleanVariants(
  variants: readonly ListedVariant[],
  refuse: Refuse,
): CleanListing['variants'] {
  if (variants.length < 1 || variants.length > 100) {
    throw refuse('VARIANTS_INVALID', { field: ['variants'] });
  }
  const skus = new Set<string>();
  const [currency] = variants.map(({ price }) => price.currencyCode);
  return variants.map((variant, index) => {
    const at = ['variants', index.toString()];
    const sku = cleanLine(variant.sku);
    const title = cleanLine(variant.title);
    if (!isLine(sku, 80) || skus.has(sku) || lengthOf(title) > 200) {
      throw refuse('VARIANTS_INVALID', { field: [...at, 'sku'] });
    }
    skus.add(sku);
    const gtin = variant.gtin ?? null;
    if (gtin !== null && !isGtin(gtin)) throw refuse('GTIN_INVALID', { field: [...at, 'gtin'] });
    checkTerms(variant, at, refuse);
    if (variant.price.currencyCode !== currency) {
      throw refuse('PRICE_INVALID', { field: [...at, 'price', 'currencyCode'] });
    }
    return { ...variant, sku, title, gtin };
  });
}
