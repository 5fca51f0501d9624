/** Regions whose time differs from the rest of their country. */
const REGION_ZONES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  BR: [
    ['America/Rio_Branco', 'AC'],
    ['America/Manaus', 'AM RO RR MT MS'],
  ],
  US: [
    ['America/Los_Angeles', 'CA NV OR WA'],
    ['America/Denver', 'CO ID MT NM UT WY'],
    ['America/Phoenix', 'AZ'],
    ['America/Chicago', 'AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI'],
    ['America/Anchorage', 'AK'],
    ['Pacific/Honolulu', 'HI'],
  ],
};
const COUNTRY_ZONES: Readonly<Record<string, string>> = {
  AR: 'America/Argentina/Buenos_Aires',
  AT: 'Europe/Vienna',
  BE: 'Europe/Brussels',
  BR: 'America/Sao_Paulo',
  CH: 'Europe/Zurich',
  CL: 'America/Santiago',
  CN: 'Asia/Shanghai',
  CO: 'America/Bogota',
  DE: 'Europe/Berlin',
  ES: 'Europe/Madrid',
  FR: 'Europe/Paris',
  GB: 'Europe/London',
  IE: 'Europe/Dublin',
  IN: 'Asia/Kolkata',
  IT: 'Europe/Rome',
  JP: 'Asia/Tokyo',
  MX: 'America/Mexico_City',
  NL: 'Europe/Amsterdam',
  PL: 'Europe/Warsaw',
  PT: 'Europe/Lisbon',
  SE: 'Europe/Stockholm',
  US: 'America/New_York',
};
const formats = new Map<string, Intl.DateTimeFormat>();

/** The time zone of a place; UTC where the carrier knows no better. */
export function zoneOf(country: string, region: string): string {
  const special = REGION_ZONES[country]?.find(([, regions]) => regions.split(' ').includes(region));
  return special?.[0] ?? COUNTRY_ZONES[country] ?? 'UTC';
}

/** An instant as RFC 3339 with milliseconds and the offset of the zone, e.g. `…T09:15:00.123-03:00`. */
export function localTime(epochMs: number, zone: string): string {
  const offset = offsetMinutes(epochMs, zone);
  const local = new Date(epochMs + offset * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offset);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  const minutes = String(size % 60).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}

function offsetMinutes(epochMs: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const name = format.formatToParts(epochMs).find((part) => part.type === 'timeZoneName')?.value;
  const found = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? '');
  if (found === null) return 0;
  const size = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '-' ? -size : size;
}
