/** What carriers said, byte for byte, and the events read out of it. */
export const TRACKING = `
  create table "carrierMessage" (
    id text collate "C" primary key,
    "connectionId" text collate "C" not null references "carrierConnection",
    transport text not null check (transport in ('WEBHOOK', 'PULL')),
    "externalId" text not null,
    sha256 text not null,
    bytes bytea not null,
    "receivedAt" timestamptz not null,
    outcome text check (outcome in
      ('APPLIED', 'KNOWN', 'UNMAPPED', 'UNMATCHED', 'IGNORED', 'CARRIER_BUG', 'QUARANTINED')),
    "processedAt" timestamptz,
    attempts integer not null default 0,
    "nextAttemptAt" timestamptz,
    error text,
    unique ("connectionId", "externalId", sha256),
    check ((outcome is null) = ("processedAt" is null))
  );
  create unique index carrier_message_external on "carrierMessage" ("connectionId", "externalId")
    where outcome is distinct from 'QUARANTINED';
  create index carrier_message_waiting on "carrierMessage" ("receivedAt") where outcome is null;

  create function "keepCarrierMessage"() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' then
      raise exception 'carrier messages are kept';
    end if;
    if (old.id, old."connectionId", old.transport, old."externalId", old.sha256, old.bytes, old."receivedAt")
      is distinct from
      (new.id, new."connectionId", new.transport, new."externalId", new.sha256, new.bytes, new."receivedAt")
    then
      raise exception 'what a carrier said is not changed';
    end if;
    return new;
  end $$;
  create trigger keep before update or delete on "carrierMessage"
    for each row execute function "keepCarrierMessage"();

  create table "trackingEvent" (
    id text collate "C" primary key,
    "parcelId" text collate "C" not null references parcel,
    "shipmentId" text collate "C" not null references shipment,
    "dedupeKey" text not null,
    revision integer not null,
    "contentHash" text not null,
    "eventCode" text not null,
    reason text,
    "rawCode" text not null,
    "rawText" text,
    "occurredAt" timestamptz,
    "occurredLocal" text,
    "utcOffset" text,
    "tzSource" text not null,
    precision text not null check (precision in ('SECOND', 'MINUTE', 'DAY', 'NONE')),
    "receivedAt" timestamptz not null,
    place jsonb,
    source text not null check (source in ('CARRIER', 'SELLER', 'PLATFORM_INFERRED')),
    "messageId" text collate "C" not null references "carrierMessage",
    voids text,
    "mappingVersion" text not null,
    unique ("parcelId", "dedupeKey", revision, "contentHash")
  );
  create index tracking_event_shipment on "trackingEvent" ("shipmentId");
`;
