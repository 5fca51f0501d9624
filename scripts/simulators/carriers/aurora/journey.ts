import { between, type Random } from '../../shared/seeded.random';
import {
  type Address,
  type Place,
  type PlannedScan,
  type ScanCode,
  type Service,
} from './aurora.facts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;
const LOST_AFTER = 30 * DAY;

/** Hubs on the way, by country: city, region, postal code. */
const HUBS: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  BR: [
    ['Cajamar', 'SP', '07750-000'],
    ['Contagem', 'MG', '32010-000'],
    ['Curitiba', 'PR', '80010-000'],
    ['Recife', 'PE', '50010-000'],
  ],
  DE: [
    ['Leipzig', 'SN', '04435'],
    ['Köln', 'NW', '51147'],
  ],
  US: [
    ['Memphis', 'TN', '38118'],
    ['Louisville', 'KY', '40209'],
    ['Ontario', 'CA', '91761'],
  ],
};

/**
 * The scans a parcel will get, in virtual time after handover. It depends on the addresses, the
 * service and the random source only. Postal codes ending in 99 never arrive; 98 is not at home
 * twice and collects the parcel.
 */
export function planJourney(
  trip: { from: Address; to: Address; service: Service },
  random: Random,
): PlannedScan[] {
  const { from, to } = trip;
  const latest = trip.service === 'EXPRESS' ? 3 : 6;
  const arrival = 2 * DAY + Math.floor(random() * (latest - 2) * DAY);
  const hubs = hubsBetween(from, to, between(random, 1, 3));
  // The last mile needs the morning of the last day; the hubs share what lies before it.
  const hubsEnd = Math.min(3 * DAY, arrival - 8 * HOUR);
  const scans: PlannedScan[] = [scan(HOUR, 'PU', placeOf(from))];
  const slot = Math.floor((hubsEnd - 3 * HOUR) / hubs.length);
  for (const [at, hub] of hubs.entries()) {
    const start = 3 * HOUR + at * slot;
    const arrives = start + Math.floor(random() * 0.4 * slot);
    scans.push(scan(arrives, 'AR', hub));
    scans.push(scan(arrives + Math.floor((0.2 + random() * 0.3) * slot), 'DP', hub));
  }
  return [...scans, ...lastMile(to, hubs.length, arrival, scans, random)];
}

function lastMile(
  to: Address,
  hubs: number,
  arrival: number,
  before: readonly PlannedScan[],
  random: Random,
): PlannedScan[] {
  const there = placeOf(to);
  if (to.postalCode.endsWith('99')) {
    const last = before[before.length - 1]?.place ?? there;
    return [scan(LOST_AFTER, 'LS', last)];
  }
  const out = arrival - between(random, 2 * 60, 7 * 60) * MINUTE;
  if (!to.postalCode.endsWith('98')) return [scan(out, 'OD', there), scan(arrival, 'DL', there)];
  const shop = arrival + DAY + between(random, 60, 180) * MINUTE;
  return [
    scan(out, 'OD', there),
    scan(arrival, 'AT', there),
    scan(out + DAY, 'OD', there),
    scan(arrival + DAY, 'AT', there),
    scan(shop, 'AP', there),
    scan(shop + between(random, 4, 48) * HOUR + hubs * MINUTE, 'CO', there),
  ];
}

function hubsBetween(from: Address, to: Address, count: number): Place[] {
  const first = { ...placeOf(from), city: `${from.city} Hub` };
  const last = { ...placeOf(to), city: `${to.city} Hub` };
  if (count === 1) return [last];
  const known = HUBS[to.country] ?? [];
  const middle = known[(to.postalCode.charCodeAt(0) || 0) % Math.max(1, known.length)];
  if (count === 2 || middle === undefined) return [first, last];
  const [city, region, postalCode] = middle;
  return [first, { city, region, postalCode, country: to.country }, last];
}

function placeOf({ city, region, country, postalCode }: Address): Place {
  return { city, region, country, postalCode };
}

function scan(afterMs: number, code: ScanCode, place: Place): PlannedScan {
  return { afterMs, code, place };
}
