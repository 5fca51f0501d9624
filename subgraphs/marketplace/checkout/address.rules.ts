import { cleanLine, lengthOf } from '../catalogue/text.rules';

/** Where goods go, as typed by a buyer. */
export interface AddressText {
  readonly name: string;
  readonly street: string;
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string;
  readonly country: string;
}

const LIMITS = { name: 100, street: 200, city: 100, region: 100, postalCode: 20 } as const;
export type CheckedAddress =
  | { readonly ok: true; readonly address: AddressText }
  | { readonly ok: false; readonly field: keyof AddressText };

/** Cleans an address; tells the first field that is empty or too long. */
export function checkAddress(given: AddressText): CheckedAddress {
  const region = given.region === null ? '' : cleanLine(given.region);
  const address = {
    name: cleanLine(given.name),
    street: cleanLine(given.street),
    city: cleanLine(given.city),
    region,
    postalCode: cleanLine(given.postalCode),
    country: given.country,
  };
  for (const field of Object.keys(LIMITS) as (keyof typeof LIMITS)[]) {
    const length = lengthOf(address[field]);
    if (length > LIMITS[field] || (length === 0 && field !== 'region')) return { ok: false, field };
  }
  return { ok: true, address: { ...address, region: region === '' ? null : region } };
}
