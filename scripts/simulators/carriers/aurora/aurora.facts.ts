export const SERVICES = ['STANDARD', 'EXPRESS'] as const;
export type Service = (typeof SERVICES)[number];

/** Codes of the carrier: picked up, arrived at hub, departed hub, out for delivery, delivered,
 * attempted, available for pickup, collected, exception, lost. */
export type ScanCode = 'PU' | 'AR' | 'DP' | 'OD' | 'DL' | 'AT' | 'AP' | 'CO' | 'EX' | 'LS';

export interface Address {
  name: string;
  street: string;
  city: string;
  region: string;
  postalCode: string;
  country: string;
}

/** Where a scan was made. */
export interface Place {
  city: string;
  region: string;
  country: string;
  postalCode: string;
}

export interface Parcel {
  ref: string;
  sscc: string;
  trackingNumber: string;
  weightG: number;
  lengthCm: number;
  widthCm: number;
  heightCm: number;
}

/** A scan that is to come: due `afterMs` of virtual time after handover. */
export interface PlannedScan {
  afterMs: number;
  code: ScanCode;
  place: Place;
}

/** A scan that was made, as webhooks and `GET /api/tracking` show it. */
export interface Scan {
  eventId: string;
  /** 1, and one more for each correction of the same event. */
  revision: number;
  shipmentId: string;
  clientRef: string;
  trackingNumber: string;
  sscc: string;
  status: ScanCode;
  description: string;
  /** Wall-clock time, RFC 3339 with the offset of the place. */
  occurredAt: string;
  location: Place;
}

/** A shipment as it was booked. What happened to it later is in the state around it. */
export interface Booking {
  id: string;
  clientRef: string;
  reference: string | null;
  service: Service;
  from: Address;
  to: Address;
  parcels: Parcel[];
  chargeMinor: string;
  currency: string;
  createdAt: string;
  /** Virtual epoch ms at which the carrier collects it by itself; null: it waits for a handover. */
  collectAtMs: number | null;
}

/** The journal entries of the carrier. Virtual times are epoch milliseconds. */
export type AuroraFact =
  | { kind: 'clock.set'; virtualMs: number; wallMs: number; rate: number }
  | { kind: 'shipment.booked'; booking: Booking }
  | { kind: 'shipment.voided'; shipmentId: string }
  | { kind: 'shipment.held'; shipmentId: string }
  | {
      kind: 'shipment.handed_over';
      shipmentId: string;
      virtualMs: number;
      journeys: { trackingNumber: string; scans: PlannedScan[] }[];
    }
  | { kind: 'parcel.scanned'; scan: Scan; stampMs: number }
  | { kind: 'scan.corrected'; scan: Scan };
