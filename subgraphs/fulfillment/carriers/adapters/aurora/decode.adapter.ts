import { z } from 'zod';
import type { Transport } from '../../message.entity';
import { CarrierError, type RawEvent } from '../../carrier.port';

const TRACKING = 'tracking.event';

const place = z.object({
  city: z.string().nullish(),
  region: z.string().nullish(),
  country: z.string().nullish(),
  postalCode: z.string().nullish(),
});
const scan = z.object({
  eventId: z.string().min(1).max(200),
  revision: z.int().min(1).max(1_000_000),
  trackingNumber: z.string().min(1).max(100),
  sscc: z.string().max(100).nullish(),
  status: z.string().min(1).max(50),
  description: z.string().max(2_000).nullish(),
  occurredAt: z.iso.datetime({ offset: true }),
  location: place.nullish(),
});
const webhook = z.object({ type: z.string(), data: z.unknown() });
const snapshot = z.object({ events: z.array(scan).max(10_000) });

/** Reads a webhook (one scan) or a pulled list. Undefined: a webhook about something else. */
export function decode(bytes: Buffer, transport: Transport): readonly RawEvent[] | undefined {
  const json = parse(bytes);
  if (transport === 'PULL') return read(snapshot, json).events.map(rawEvent);
  const { type, data } = read(webhook, json);
  return type === TRACKING ? [rawEvent(read(scan, data))] : undefined;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new CarrierError('CARRIER_BUG', 'not JSON');
  }
}

function read<T>(shape: z.ZodType<T>, json: unknown): T {
  const { success, data, error } = shape.safeParse(json);
  if (success) return data;
  const issue = error.issues[0];
  throw new CarrierError('CARRIER_BUG', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function rawEvent(event: z.infer<typeof scan>): RawEvent {
  const offset = /(Z|[+-]\d\d:\d\d)$/.exec(event.occurredAt)?.[1] ?? 'Z';
  const { location } = event;
  return {
    eventId: event.eventId,
    revision: event.revision,
    sscc: event.sscc ?? null,
    trackingNumber: event.trackingNumber,
    statusType: TRACKING,
    rawCode: event.status,
    rawText: event.description ?? null,
    occurredAt: new Date(event.occurredAt),
    occurredLocal: event.occurredAt.slice(0, -offset.length),
    utcOffset: offset === 'Z' ? '+00:00' : offset,
    tzSource: 'EXPLICIT',
    precision: 'SECOND',
    place:
      location == null
        ? null
        : {
            city: location.city ?? null,
            region: location.region ?? null,
            country: location.country ?? null,
            postalCode: location.postalCode ?? null,
          },
    voidsEventId: null,
  };
}
