import type { Address } from '#contracts/fact-fields';
import type { EventCode } from '../tracking/milestone.rules';
import type { Place, TimePrecision, ZoneSource } from '../tracking/tracking-event.entity';
import type { Transport } from './message.entity';

/** What is booked. `clientRef` is ours and unique: the carrier (or we, by asking) dedupes by it. */
export interface BookingRequest {
  readonly clientRef: string;
  readonly reference: string;
  readonly service: string;
  readonly currency: string;
  readonly from: Address;
  readonly to: Address;
  readonly parcels: readonly {
    readonly ref: string;
    readonly sscc: string;
    readonly weightG: number;
    readonly lengthCm: number;
    readonly widthCm: number;
    readonly heightCm: number;
  }[];
}

export interface Booking {
  readonly carrierRef: string;
  readonly chargeMinor: bigint;
  readonly currency: string;
  readonly trackingNumbers: readonly { readonly sscc: string; readonly trackingNumber: string }[];
  readonly documentPath: string;
}

/** An event as the carrier words it: read, not yet understood. */
export interface RawEvent {
  /** The carrier's own id of the event, where it has one. */
  readonly eventId: string | null;
  readonly revision: number;
  readonly sscc: string | null;
  readonly trackingNumber: string;
  readonly statusType: string;
  readonly rawCode: string;
  readonly rawText: string | null;
  readonly occurredAt: Date | null;
  readonly occurredLocal: string | null;
  readonly utcOffset: string | null;
  readonly tzSource: ZoneSource;
  readonly precision: TimePrecision;
  readonly place: Place | null;
  /** The carrier's id of the event that this one takes back. */
  readonly voidsEventId: string | null;
}

/** What a raw event means. */
export interface Meaning {
  readonly eventCode: EventCode;
  /** `<PARTY>_<CAUSE>`, or null. */
  readonly reason: string | null;
}

export type CarrierErrorCode =
  | 'INVALID_REQUEST'
  | 'NOT_SERVICEABLE'
  | 'ADDRESS_REJECTED'
  | 'AUTH'
  | 'RATE_LIMITED'
  /** Surely not done; the same call may succeed later. */
  | 'TRANSIENT'
  /** Nobody knows whether it was done. */
  | 'AMBIGUOUS'
  /** The carrier broke its own contract. */
  | 'CARRIER_BUG';

export class CarrierError extends Error {
  constructor(
    readonly code: CarrierErrorCode,
    message: string,
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
    this.name = 'CarrierError';
  }
}

/** A webhook that is who it says it is, with the id that its sender gave it. */
export type Received = { readonly ok: true; readonly externalId: string } | { readonly ok: false };

/** One carrier. Calls throw `CarrierError` only; `decode` and `map` do no I/O and read no clock. */
export interface CarrierPort {
  /** Books; the same `clientRef` again gives the same booking. */
  book(request: BookingRequest): Promise<Booking>;
  /** The booking of this reference, or undefined when the carrier has none. */
  findByRef(clientRef: string): Promise<Booking | undefined>;
  /** Gives a booking back; again is a success. REFUSED: a parcel was scanned. */
  void(carrierRef: string): Promise<'VOIDED' | 'REFUSED'>;
  document(path: string): Promise<{ readonly mime: string; readonly bytes: Buffer }>;
  /** Everything the carrier knows of a number, as bytes for `decode`. */
  pull(trackingNumber: string): Promise<Buffer>;
  /** Checks who sent a webhook and how old it is. */
  receive(bytes: Buffer, headers: Readonly<Record<string, string>>, now: Date): Received;
  /** Reads a message; undefined when it is not about tracking. Throws CARRIER_BUG when it cannot be read. */
  decode(bytes: Buffer, transport: Transport): readonly RawEvent[] | undefined;
  map(event: RawEvent): Meaning;
  /** Which mapping was used: stored with each event. */
  readonly mappingVersion: string;
}
