import type { Address } from '#contracts/fact-fields';
import { sha256 } from '#kernel/json/canonical';
import { comparable } from '#kernel/text/comparable.rules';
import type { Place } from './tracking-event.entity';

const isLatin = (text: string): boolean => /\p{Script=Latin}/u.test(text);

/**
 * True when a carrier says that it delivered in another place than the goods were sent to; undefined when it does not
 * say enough. A district or a depot that has the city's name in its own is the city.
 */
export function isElsewhere(place: Place | null, shipTo: Address | null): boolean | undefined {
  if (place === null || shipTo === null) return undefined;
  const { city, country, postalCode } = place;
  if (country !== null && comparable(country) !== comparable(shipTo.country)) return true;
  if (postalCode !== null && comparable(postalCode) === comparable(shipTo.postalCode)) return false;
  // another postal code may be the depot's
  const [there, wanted] = [comparable(city ?? ''), comparable(shipTo.city)];
  if (there === '' || wanted === '' || isLatin(there) !== isLatin(wanted)) return undefined;
  return !there.includes(wanted) && !wanted.includes(there);
}

/** Of several parcels: true when one is elsewhere, undefined when nobody knows of any. */
export function anyElsewhere(
  places: readonly (Place | null)[],
  shipTo: Address | null,
): boolean | undefined {
  const known = places
    .map((place) => isElsewhere(place, shipTo))
    .filter((one) => one !== undefined);
  return known.length === 0 ? undefined : known.includes(true);
}

/** A parcel's number at its carrier as others hear it: equal for equal numbers, however they are written. */
export const trackingHash = (carrierId: string, trackingNumber: string): string =>
  sha256(`${carrierId} ${comparable(trackingNumber)}`);
