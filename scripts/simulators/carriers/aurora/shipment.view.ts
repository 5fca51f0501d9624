import { type Scan, type ScanCode } from './aurora.facts';
import { type ShipmentState } from './aurora.state';

/** Where a shipment stands as a whole. */
export type ShipmentStatus =
  | 'BOOKED'
  | 'VOIDED'
  | 'HANDED_OVER'
  | 'IN_TRANSIT'
  | 'OUT_FOR_DELIVERY'
  | 'AVAILABLE_FOR_PICKUP'
  | 'DELIVERED'
  | 'LOST';

const PROGRESS: readonly ShipmentStatus[] = [
  'HANDED_OVER',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'AVAILABLE_FOR_PICKUP',
  'DELIVERED',
];
const STATUS_OF: Readonly<Record<ScanCode, ShipmentStatus>> = {
  PU: 'IN_TRANSIT',
  AR: 'IN_TRANSIT',
  DP: 'IN_TRANSIT',
  OD: 'OUT_FOR_DELIVERY',
  DL: 'DELIVERED',
  AT: 'IN_TRANSIT',
  AP: 'AVAILABLE_FOR_PICKUP',
  CO: 'DELIVERED',
  EX: 'IN_TRANSIT',
  LS: 'LOST',
};

/** A shipment is as far as the parcel that is furthest behind; one lost parcel makes it LOST. */
export function statusOf(shipment: ShipmentState): ShipmentStatus {
  if (shipment.voided) return 'VOIDED';
  if (shipment.handedOverMs === null) return 'BOOKED';
  const each = [...shipment.tracks.values()].map(({ scans }) => parcelStatus(scans));
  if (each.includes('LOST')) return 'LOST';
  return PROGRESS.find((status) => each.includes(status)) ?? 'HANDED_OVER';
}

/** A shipment as the API shows it. */
export function viewOf(shipment: ShipmentState): object {
  const { booking } = shipment;
  return {
    id: booking.id,
    clientRef: booking.clientRef,
    reference: booking.reference,
    status: statusOf(shipment),
    service: booking.service,
    chargeMinor: booking.chargeMinor,
    currency: booking.currency,
    createdAt: booking.createdAt,
    parcels: booking.parcels.map(({ ref, sscc, trackingNumber }) => ({
      ref,
      sscc,
      trackingNumber,
    })),
    label: { mime: 'application/pdf', url: `/api/shipments/${booking.id}/label.pdf` },
  };
}

function parcelStatus(scans: readonly Scan[]): ShipmentStatus {
  const last = scans[scans.length - 1];
  return last === undefined ? 'HANDED_OVER' : STATUS_OF[last.status];
}
