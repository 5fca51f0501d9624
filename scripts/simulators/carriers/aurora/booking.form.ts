import { randomInt, randomUUID } from 'node:crypto';
import { type Fields } from '../../shared/fields';
import { Refusal } from '../../shared/refusal';
import { type Address, type Booking, type Parcel, type Service, SERVICES } from './aurora.facts';

const CURRENCIES = ['BRL', 'EUR', 'USD'];
const BASE_MINOR = 500n;

/** What a quote or a booking asks for, read and checked. */
export interface Trip {
  service: Service;
  from: Address;
  to: Address;
  parcels: Omit<Parcel, 'trackingNumber'>[];
  currency: string;
  /** 5.00 a parcel and 0.01 for each started 10 g of it, in the currency asked for. */
  chargeMinor: string;
}

/** Reads a trip. A quote may leave out `ref` and `sscc` of its parcels. */
export function readTrip(body: Fields, purpose: 'quote' | 'booking'): Trip {
  const currency = body.optionalText('currency') ?? 'USD';
  if (!CURRENCIES.includes(currency)) {
    throw new Refusal(422, 'CURRENCY_UNSUPPORTED', `Aurora bills in ${CURRENCIES.join(', ')}`);
  }
  const parcels = body.list('parcels', 1, 50).map((parcel) => readParcel(parcel, purpose));
  const charge = parcels.reduce(
    (sum, { weightG }) => sum + BASE_MINOR + BigInt(Math.ceil(weightG / 10)),
    0n,
  );
  return {
    service: body.oneOf('service', SERVICES),
    from: readAddress(body.child('from')),
    to: readAddress(body.child('to')),
    parcels,
    currency,
    chargeMinor: String(charge),
  };
}

/** A new booking for a trip: ids and tracking numbers are drawn here. */
export function newBooking(
  trip: Trip,
  names: { clientRef: string; reference: string | null },
  times: { createdAt: string; collectAtMs: number | null },
): Booking {
  return {
    id: `aur_${randomUUID().replaceAll('-', '')}`,
    ...names,
    ...trip,
    parcels: trip.parcels.map((parcel) => ({ ...parcel, trackingNumber: newTrackingNumber() })),
    ...times,
  };
}

function readParcel(parcel: Fields, purpose: 'quote' | 'booking'): Trip['parcels'][number] {
  const booking = purpose === 'booking';
  return {
    ref: booking ? parcel.text('ref') : '',
    sscc: booking ? readSscc(parcel.text('sscc')) : '',
    weightG: parcel.whole('weightG', 1, 1_000_000),
    lengthCm: parcel.number('lengthCm', 0.1, 1_000, 1),
    widthCm: parcel.number('widthCm', 0.1, 1_000, 1),
    heightCm: parcel.number('heightCm', 0.1, 1_000, 1),
  };
}

function readAddress(address: Fields): Address {
  const country = address.text('country');
  if (!/^[A-Z]{2}$/.test(country)) {
    throw new Refusal(422, 'ADDRESS_INVALID', 'country is an ISO 3166 code of two capitals');
  }
  return {
    name: address.text('name'),
    street: address.text('street'),
    city: address.text('city'),
    region: address.optionalText('region') ?? '',
    postalCode: address.optionalText('postalCode') ?? '',
    country,
  };
}

function readSscc(sscc: string): string {
  if (/^[0-9]{18}$/.test(sscc) && checkDigit(sscc.slice(0, -1)) === sscc.slice(-1)) return sscc;
  throw new Refusal(422, 'SSCC_INVALID', 'an SSCC is 18 digits with a right check digit');
}

function newTrackingNumber(): string {
  const digits = `${String(randomInt(1e7)).padStart(7, '0')}${String(randomInt(1e7)).padStart(7, '0')}`;
  return `AUR${digits}${checkDigit(digits)}`;
}

/** The GS1 check digit (mod 10, weights 3 and 1 from the right). */
function checkDigit(digits: string): string {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    sum += Number(digits[digits.length - 1 - at]) * (at % 2 === 0 ? 3 : 1);
  }
  return String((10 - (sum % 10)) % 10);
}
