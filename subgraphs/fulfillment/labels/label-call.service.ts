import type { Queries } from '#kernel/db/database';
import type { Address } from '#contracts/fact-fields';
import {
  type Booking,
  type BookingRequest,
  CarrierError,
  type CarrierPort,
} from '../carriers/carrier.port';
import type { FulfillmentErrorCode } from '../fulfillment.errors';
import type { ParcelRow } from '../shipments/shipment.entity';
import type { ShippingLabelRow } from './label.entity';

/** A call to the carrier: make the booking, look for it, give it back, fetch the printable label. */
export type Job = 'BOOK' | 'FIND' | 'VOID' | 'DOCUMENT';

export type Outcome =
  | { readonly kind: 'issue'; readonly booking: Booking }
  | { readonly kind: 'fail'; readonly failure: FulfillmentErrorCode }
  | { readonly kind: 'absent' }
  | { readonly kind: 'confirmVoid' }
  | { readonly kind: 'refuseVoid' }
  | { readonly kind: 'document'; readonly mime: string; readonly bytes: Buffer }
  /** Nobody knows whether it was booked. */
  | { readonly kind: 'doubt'; readonly error: string }
  /** Surely not booked. */
  | { readonly kind: 'defer'; readonly error: string; readonly waitMs: number | null }
  /** A question without an answer: ask again. */
  | { readonly kind: 'retry'; readonly error: string; readonly waitMs: number | null };

/** Everything about a booking is fixed when the shipment is made, so every try sends the same. */
export async function bookingRequest(
  db: Queries,
  label: ShippingLabelRow,
  currencies: readonly string[],
): Promise<BookingRequest> {
  const row = await db.first<{
    service: string;
    shipFrom: Address;
    shipTo: Address;
    currency: string;
    shipmentId: string;
  }>(
    `select s.id as "shipmentId", s.service, s."shipFrom", o."shipTo", o.currency
     from shipment s join "fulfillmentOrder" o on o.id = s."fulfillmentOrderId" where s.id = $1`,
    [label.shipmentId],
  );
  if (row === undefined) throw new Error(`label ${label.id} has no shipment`);
  const parcels = await db.query<ParcelRow>(
    'select * from parcel where "shipmentId" = $1 order by id',
    [label.shipmentId],
  );
  return {
    clientRef: label.id,
    reference: row.shipmentId,
    service: row.service,
    currency: currencies.includes(row.currency) ? row.currency : (currencies[0] ?? row.currency),
    from: row.shipFrom,
    to: row.shipTo,
    parcels: parcels.map(({ id, sscc, weightG, lengthCm, widthCm, heightCm }) => ({
      ref: id,
      sscc,
      weightG,
      lengthCm,
      widthCm,
      heightCm,
    })),
  };
}

/** Makes one call. What goes wrong is an outcome too; only a fault of ours is thrown. */
export async function perform(
  port: CarrierPort,
  label: ShippingLabelRow,
  job: Job,
  request: BookingRequest | undefined,
): Promise<Outcome> {
  try {
    return await callFor(port, label, job, request);
  } catch (error) {
    if (!(error instanceof CarrierError)) throw error;
    return job === 'BOOK'
      ? bookingFailure(error)
      : { kind: 'retry', error: error.message, waitMs: error.retryAfterMs };
  }
}

async function callFor(
  port: CarrierPort,
  { id, carrierRef, documentPath }: ShippingLabelRow,
  job: Job,
  request: BookingRequest | undefined,
): Promise<Outcome> {
  switch (job) {
    case 'BOOK':
      if (request === undefined) throw new Error('a booking needs a request');
      return { kind: 'issue', booking: await port.book(request) };
    case 'FIND': {
      const booking = await port.findByRef(id);
      return booking === undefined ? { kind: 'absent' } : { kind: 'issue', booking };
    }
    case 'VOID': {
      const answer = await port.void(carrierRef ?? '');
      return { kind: answer === 'VOIDED' ? 'confirmVoid' : 'refuseVoid' };
    }
    case 'DOCUMENT':
      return { kind: 'document', ...(await port.document(documentPath ?? '')) };
  }
}

function bookingFailure({ code, message, retryAfterMs }: CarrierError): Outcome {
  switch (code) {
    case 'NOT_SERVICEABLE':
    case 'ADDRESS_REJECTED':
      return { kind: 'fail', failure: code };
    case 'INVALID_REQUEST':
      return { kind: 'fail', failure: 'LABEL_REFUSED' };
    case 'AUTH':
    case 'RATE_LIMITED':
    case 'TRANSIENT':
      return { kind: 'defer', error: message, waitMs: retryAfterMs };
    case 'AMBIGUOUS':
    case 'CARRIER_BUG':
      return { kind: 'doubt', error: message };
  }
}
