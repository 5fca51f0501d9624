import { createHash } from 'node:crypto';
import { MINUTE, SECOND, after } from '#kernel/clock/clock';
import type { Database, Queries, Tx } from '#kernel/db/database';
import { systemViewer } from '#kernel/auth/viewer';
import type { Logger } from '#kernel/server/log';
import type { HookRequest, HookResponse } from '#kernel/server/subgraph';
import { messageIds } from '../fulfillment.ids';
import type { ParcelRow } from '../shipments/shipment.entity';
import type { HeardEvent, TrackingService } from '../tracking/tracking.service';
import { CarrierError, type CarrierPort, type RawEvent } from './carrier.port';
import type { CarrierService, ReachableCarrier } from './carrier.service';
import type { CarrierMessageRow, MessageOutcome, Transport } from './message.entity';

/** Takes what carriers send: authenticate, store the bytes, commit, acknowledge, and only then process. */
export class MessageService {
  /** Called when a message waits. */
  onMessage: () => void = () => undefined;

  constructor(
    private readonly db: Database,
    private readonly carriers: CarrierService,
    private readonly tracking: TrackingService,
    private readonly log: Logger,
  ) {}

  /** `POST /hooks/carriers/{connection}`. 401 and nothing stored unless the signature is right and fresh. */
  async receive({ connection, headers, body }: HookRequest): Promise<HookResponse> {
    const reached = this.carriers.byConnection(connection);
    if (reached === undefined) return { status: 404, body: 'unknown connection' };
    const received = reached.port.receive(body, headers, this.db.clock.now());
    if (!received.ok) return { status: 401, body: 'signature refused' };
    await this.store(reached, 'WEBHOOK', received.externalId, body);
    return { status: 202, body: 'kept' };
  }

  /** Stores a message unless its id is known. A known id with other bytes is kept aside, not processed. */
  async store(
    { connection }: Pick<ReachableCarrier, 'connection'>,
    transport: Transport,
    externalId: string,
    bytes: Buffer,
  ): Promise<void> {
    const now = this.db.clock.now();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const values = [connection.id, transport, externalId, sha256, bytes, now];
    const fresh = await insert(this.db, values, null);
    if (fresh) {
      this.onMessage();
      return;
    }
    const known = await this.db.first(
      `select 1 as one from "carrierMessage" where "connectionId" = $1 and "externalId" = $2 and sha256 = $3`,
      [connection.id, externalId, sha256],
    );
    if (known !== undefined) return;
    await insert(this.db, values, 'QUARANTINED');
    this.log.error({ connection: connection.code, externalId }, 'one message id, two contents');
  }

  /** Processes one waiting message in one transaction. True when there was one. */
  async step(): Promise<boolean> {
    let id = '';
    try {
      return await this.db.transaction(systemViewer(messageIds.create()), async (tx) => {
        const message = await tx.first<CarrierMessageRow>(
          `select * from "carrierMessage"
           where outcome is null and ("nextAttemptAt" is null or "nextAttemptAt" <= $1)
           order by "receivedAt", id limit 1 for no key update skip locked`,
          [tx.now],
        );
        if (message === undefined) return false;
        id = message.id;
        const { outcome, error } = await this.processIn(tx, message);
        await tx.query(
          `update "carrierMessage" set outcome = $2, "processedAt" = $3, error = $4 where id = $1`,
          [message.id, outcome, tx.now, error],
        );
        return true;
      });
    } catch (error) {
      if (id !== '') await this.postpone(id, error);
      throw error;
    }
  }

  private async processIn(
    tx: Tx,
    message: CarrierMessageRow,
  ): Promise<{ outcome: MessageOutcome; error: string | null }> {
    const reached = this.carriers.byConnectionId(message.connectionId);
    if (reached === undefined) throw new Error('the connection is not configured');
    const raw = this.decode(reached.port, message);
    if (raw instanceof CarrierError) return { outcome: 'CARRIER_BUG', error: raw.message };
    if (raw === undefined) return { outcome: 'IGNORED', error: null };
    const parcels = await parcelsOf(tx, reached, raw);
    const heard = raw.flatMap((event) => {
      const parcel = parcelOf(parcels, event);
      return parcel === undefined ? [] : [heardEvent(reached.port, event, parcel, message)];
    });
    if (raw.length > 0 && heard.length === 0) return { outcome: 'UNMATCHED', error: null };
    const news = await this.tracking.recordIn(tx, heard);
    const unmapped = heard.filter(({ eventCode }) => eventCode === 'UNMAPPED');
    if (unmapped.length > 0) {
      const words = unmapped.map(({ rawCode }) => rawCode).join(', ');
      this.log.warn({ connection: reached.connection.code, words }, 'unknown carrier status');
      return { outcome: 'UNMAPPED', error: words };
    }
    return { outcome: news ? 'APPLIED' : 'KNOWN', error: null };
  }

  private decode(
    port: CarrierPort,
    { id, bytes, transport }: CarrierMessageRow,
  ): readonly RawEvent[] | undefined | CarrierError {
    try {
      return port.decode(bytes, transport);
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      this.log.error({ messageId: id, error: error.message }, 'a carrier sent what cannot be read');
      return error;
    }
  }

  /** A fault of ours: the message waits longer each time, the others go on. */
  private async postpone(id: string, error: unknown): Promise<void> {
    const now = this.db.clock.now();
    const row = await this.db.first<{ attempts: number }>(
      'select attempts from "carrierMessage" where id = $1',
      [id],
    );
    const wait = Math.min(SECOND * 2 ** Math.min(row?.attempts ?? 0, 20), 10 * MINUTE);
    await this.db.query(
      `update "carrierMessage" set attempts = attempts + 1, "nextAttemptAt" = $2, error = $3
       where id = $1 and outcome is null`,
      [id, after(now, wait), String(error)],
    );
  }
}

async function insert(
  db: Queries,
  values: readonly unknown[],
  outcome: MessageOutcome | null,
): Promise<boolean> {
  const rows = await db.query(
    `insert into "carrierMessage" (id, "connectionId", transport, "externalId", sha256, bytes, "receivedAt",
       outcome, "processedAt")
     values ($1, $2, $3, $4, $5, $6, $7, $8, case when $8::text is null then null else $7::timestamptz end)
     on conflict do nothing returning 1 as one`,
    [messageIds.create(), ...values, outcome],
  );
  return rows.length > 0;
}

/** A carrier speaks for its own parcels only. The SSCC is ours and known before anything can be said about it. */
function parcelsOf(
  tx: Tx,
  { carrier }: ReachableCarrier,
  events: readonly RawEvent[],
): Promise<ParcelRow[]> {
  return tx.query<ParcelRow>(
    `select p.* from parcel p join shipment s on s.id = p."shipmentId"
     where s."carrierId" = $1 and (p.sscc = any ($2) or p."trackingNumber" = any ($3))`,
    [
      carrier.id,
      events.map(({ sscc }) => sscc).filter((text) => text !== null),
      events.map(({ trackingNumber }) => trackingNumber),
    ],
  );
}

const parcelOf = (parcels: readonly ParcelRow[], event: RawEvent): ParcelRow | undefined =>
  parcels.find(({ sscc }) => sscc === event.sscc) ??
  parcels.find(({ trackingNumber }) => trackingNumber === event.trackingNumber);

function heardEvent(
  port: CarrierPort,
  raw: RawEvent,
  parcel: ParcelRow,
  message: CarrierMessageRow,
): HeardEvent {
  const { eventCode, reason } = port.map(raw);
  return {
    parcelId: parcel.id,
    shipmentId: parcel.shipmentId,
    dedupeKey: dedupeKey(raw),
    revision: raw.revision,
    eventCode,
    reason,
    rawCode: raw.rawCode,
    rawText: raw.rawText,
    occurredAt: raw.occurredAt,
    occurredLocal: raw.occurredLocal,
    utcOffset: raw.utcOffset,
    tzSource: raw.tzSource,
    precision: raw.precision,
    receivedAt: message.receivedAt,
    place: raw.place,
    source: 'CARRIER',
    messageId: message.id,
    voids: raw.voidsEventId === null ? null : `id:${raw.voidsEventId}`,
    mappingVersion: port.mappingVersion,
  };
}

/** The carrier's own event id; else what, where and when it was: never its wording, never when we heard it. */
function dedupeKey({ eventId, trackingNumber, rawCode, occurredLocal, place }: RawEvent): string {
  if (eventId !== null) return `id:${eventId}`;
  const where = [place?.country, place?.postalCode, place?.city].map((text) =>
    (text ?? '').normalize('NFKC').trim().toUpperCase(),
  );
  const what = JSON.stringify([trackingNumber, rawCode, occurredLocal, ...where]);
  return `sha256:${createHash('sha256').update(what).digest('base64url')}`;
}
