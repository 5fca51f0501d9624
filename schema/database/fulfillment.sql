-- Schema fulfillment, as all its migrations leave it. Generated: change a migration, never this file.

create table carrier (
  id text collate "C" not null,
  code text not null,
  name text not null,
  services text[] not null,
  currencies text[] not null,
  constraint carrier_code_key UNIQUE (code),
  constraint carrier_pkey PRIMARY KEY (id),
  constraint carrier_currencies_check CHECK (cardinality(currencies) > 0)
);

create table "carrierConnection" (
  id text collate "C" not null,
  "carrierId" text collate "C" not null,
  code text not null,
  state text not null,
  constraint "carrierConnection_code_key" UNIQUE (code),
  constraint "carrierConnection_pkey" PRIMARY KEY (id),
  constraint "carrierConnection_carrierId_fkey" FOREIGN KEY ("carrierId") REFERENCES carrier(id),
  constraint "carrierConnection_state_check" CHECK (state = ANY (ARRAY['ACTIVE'::text, 'SUSPENDED'::text]))
);

create table "carrierMessage" (
  id text collate "C" not null,
  "connectionId" text collate "C" not null,
  transport text not null,
  "externalId" text not null,
  sha256 text not null,
  bytes bytea not null,
  "receivedAt" timestamp with time zone not null,
  outcome text,
  "processedAt" timestamp with time zone,
  attempts integer not null default 0,
  "nextAttemptAt" timestamp with time zone,
  error text,
  constraint "carrierMessage_connectionId_externalId_sha256_key" UNIQUE ("connectionId", "externalId", sha256),
  constraint "carrierMessage_pkey" PRIMARY KEY (id),
  constraint "carrierMessage_connectionId_fkey" FOREIGN KEY ("connectionId") REFERENCES "carrierConnection"(id),
  constraint "carrierMessage_check" CHECK ((outcome IS NULL) = ("processedAt" IS NULL)),
  constraint "carrierMessage_outcome_check" CHECK (outcome = ANY (ARRAY['APPLIED'::text, 'KNOWN'::text, 'UNMAPPED'::text, 'UNMATCHED'::text, 'IGNORED'::text, 'CARRIER_BUG'::text, 'QUARANTINED'::text])),
  constraint "carrierMessage_transport_check" CHECK (transport = ANY (ARRAY['WEBHOOK'::text, 'PULL'::text]))
);
CREATE UNIQUE INDEX carrier_message_external ON fulfillment."carrierMessage" USING btree ("connectionId", "externalId") WHERE (outcome IS DISTINCT FROM 'QUARANTINED'::text);
CREATE INDEX carrier_message_waiting ON fulfillment."carrierMessage" USING btree ("receivedAt") WHERE (outcome IS NULL);
CREATE TRIGGER keep BEFORE DELETE OR UPDATE ON "carrierMessage" FOR EACH ROW EXECUTE FUNCTION "keepCarrierMessage"();

create table "fulfillmentOrder" (
  id text collate "C" not null,
  "orderId" text collate "C" not null,
  "sellerId" text collate "C" not null,
  "buyerId" text collate "C" not null,
  state text not null,
  number text,
  currency text,
  "shipTo" jsonb,
  "handlingDays" integer not null default 0,
  "placedAt" timestamp with time zone,
  "fundedAt" timestamp with time zone,
  "shipBy" timestamp with time zone,
  "releasedAt" timestamp with time zone,
  "cancelRequestedAt" timestamp with time zone,
  "cancelReason" text,
  "cancelAsked" boolean not null default false,
  version integer not null default 0,
  "createdAt" timestamp with time zone not null,
  "updatedAt" timestamp with time zone not null,
  constraint "fulfillmentOrder_orderId_key" UNIQUE ("orderId"),
  constraint "fulfillmentOrder_pkey" PRIMARY KEY (id),
  constraint "fulfillmentOrder_check" CHECK ((state = ANY (ARRAY['AWAITING_FUNDS'::text, 'CANCELLED'::text])) OR "placedAt" IS NOT NULL AND "fundedAt" IS NOT NULL AND "shipBy" IS NOT NULL),
  constraint "fulfillmentOrder_check1" CHECK ("placedAt" IS NULL OR "shipTo" IS NOT NULL AND currency IS NOT NULL),
  constraint "fulfillmentOrder_handlingDays_check" CHECK ("handlingDays" >= 0),
  constraint "fulfillmentOrder_state_check" CHECK (state = ANY (ARRAY['AWAITING_FUNDS'::text, 'OPEN'::text, 'IN_PROGRESS'::text, 'ON_HOLD'::text, 'FULFILLED'::text, 'INCOMPLETE'::text, 'CANCELLED'::text]))
);
CREATE INDEX fulfillment_order_seller ON fulfillment."fulfillmentOrder" USING btree ("sellerId") INCLUDE (id, "shipBy", "handlingDays");

create table "fulfillmentOrderLine" (
  "fulfillmentOrderId" text collate "C" not null,
  "orderLineId" text collate "C" not null,
  title text not null,
  quantity integer not null,
  allocated integer not null default 0,
  "weightG" integer not null,
  "lengthCm" integer not null,
  "widthCm" integer not null,
  "heightCm" integer not null,
  constraint "fulfillmentOrderLine_pkey" PRIMARY KEY ("fulfillmentOrderId", "orderLineId"),
  constraint "fulfillmentOrderLine_fulfillmentOrderId_fkey" FOREIGN KEY ("fulfillmentOrderId") REFERENCES "fulfillmentOrder"(id),
  constraint "fulfillmentOrderLine_check" CHECK (allocated >= 0 AND allocated <= quantity),
  constraint "fulfillmentOrderLine_quantity_check" CHECK (quantity > 0)
);

create table idempotency (
  scope text not null,
  key text not null,
  "requestHash" text not null,
  response jsonb,
  "createdAt" timestamp with time zone not null,
  "lockedUntil" timestamp with time zone,
  constraint idempotency_pkey PRIMARY KEY (scope, key)
);

create table inbox (
  "eventId" text collate "C" not null,
  type text not null,
  "handledAt" timestamp with time zone not null,
  constraint inbox_pkey PRIMARY KEY ("eventId")
);

create table "inboxCursor" (
  source text not null,
  epoch smallint not null,
  xid xid8 not null,
  seq bigint not null,
  constraint "inboxCursor_pkey" PRIMARY KEY (source)
);

create table "inboxParked" (
  "eventId" text collate "C" not null,
  source text not null,
  fact jsonb not null,
  attempts integer not null,
  "nextAt" timestamp with time zone not null,
  error text not null,
  constraint "inboxParked_pkey" PRIMARY KEY ("eventId")
);

create table "labelDocument" (
  "labelId" text collate "C" not null,
  mime text not null,
  sha256 text not null,
  bytes bytea not null,
  constraint "labelDocument_pkey" PRIMARY KEY ("labelId"),
  constraint "labelDocument_labelId_fkey" FOREIGN KEY ("labelId") REFERENCES "shippingLabel"(id)
);

create table migration (
  id integer not null default nextval('migration_id_seq'::regclass),
  timestamp bigint not null,
  name character varying not null,
  constraint "PK_3043fc6b8af7c99b8b98830094f" PRIMARY KEY (id)
);

create table outbox (
  epoch smallint not null,
  xid xid8 not null default pg_current_xact_id(),
  seq bigint not null generated always as identity,
  id text collate "C" not null,
  type text not null,
  subject text collate "C" not null,
  "subjectVersion" integer,
  topics text[] not null,
  data jsonb not null,
  actor text not null,
  "correlationId" text not null,
  time timestamp with time zone not null,
  constraint outbox_id_key UNIQUE (id),
  constraint "outbox_subject_subjectVersion_key" UNIQUE (subject, "subjectVersion"),
  constraint outbox_pkey PRIMARY KEY (seq)
);
CREATE INDEX outbox_position ON fulfillment.outbox USING btree (epoch, xid, seq);
CREATE INDEX outbox_topics ON fulfillment.outbox USING gin (topics);

create table "outboxEpoch" (
  one boolean not null default true,
  epoch smallint not null default 1,
  constraint "outboxEpoch_pkey" PRIMARY KEY (one),
  constraint "outboxEpoch_one_check" CHECK (one)
);

create table parcel (
  id text collate "C" not null,
  "shipmentId" text collate "C" not null,
  sscc text not null,
  "weightG" integer not null,
  "lengthCm" integer not null,
  "widthCm" integer not null,
  "heightCm" integer not null,
  "trackingNumber" text,
  milestone text not null,
  constraint parcel_sscc_key UNIQUE (sscc),
  constraint parcel_pkey PRIMARY KEY (id),
  constraint "parcel_shipmentId_fkey" FOREIGN KEY ("shipmentId") REFERENCES shipment(id),
  constraint "parcel_heightCm_check" CHECK ("heightCm" > 0),
  constraint "parcel_lengthCm_check" CHECK ("lengthCm" > 0),
  constraint parcel_sscc_check CHECK (sscc ~ '^[0-9]{18}$'::text),
  constraint "parcel_weightG_check" CHECK ("weightG" > 0),
  constraint "parcel_widthCm_check" CHECK ("widthCm" > 0)
);
CREATE INDEX parcel_shipment ON fulfillment.parcel USING btree ("shipmentId");
CREATE INDEX parcel_tracking_number ON fulfillment.parcel USING btree ("trackingNumber");

create table seller (
  id text collate "C" not null,
  handle text not null,
  "displayName" text not null,
  country text not null,
  "shipFrom" jsonb,
  constraint seller_pkey PRIMARY KEY (id)
);

create table "sellerMember" (
  "sellerId" text collate "C" not null,
  "accountId" text collate "C" not null,
  constraint "sellerMember_pkey" PRIMARY KEY ("sellerId", "accountId")
);
CREATE INDEX seller_member_account ON fulfillment."sellerMember" USING btree ("accountId");

create table shipment (
  id text collate "C" not null,
  "fulfillmentOrderId" text collate "C" not null,
  "orderId" text collate "C" not null,
  "sellerId" text collate "C" not null,
  "buyerId" text collate "C" not null,
  direction text not null,
  "carrierId" text collate "C" not null,
  service text not null,
  "shipFrom" jsonb not null,
  milestone text not null,
  sequence integer not null default 0,
  delayed boolean not null default false,
  damaged boolean not null default false,
  held text,
  "shippedAt" timestamp with time zone,
  "deliveredAt" timestamp with time zone,
  "cancelledAt" timestamp with time zone,
  "deliveryQuestionedAt" timestamp with time zone,
  "nextPullAt" timestamp with time zone,
  version integer not null default 0,
  "createdAt" timestamp with time zone not null,
  "updatedAt" timestamp with time zone not null,
  constraint shipment_pkey PRIMARY KEY (id),
  constraint "shipment_carrierId_fkey" FOREIGN KEY ("carrierId") REFERENCES carrier(id),
  constraint "shipment_fulfillmentOrderId_fkey" FOREIGN KEY ("fulfillmentOrderId") REFERENCES "fulfillmentOrder"(id),
  constraint shipment_direction_check CHECK (direction = ANY (ARRAY['OUTBOUND'::text, 'RETURN'::text, 'REPLACEMENT'::text])),
  constraint shipment_milestone_check CHECK (milestone = ANY (ARRAY['CREATED'::text, 'LABELLED'::text, 'AWAITING_HANDOVER'::text, 'PICKED_UP'::text, 'IN_TRANSIT'::text, 'OUT_FOR_DELIVERY'::text, 'AVAILABLE_FOR_PICKUP'::text, 'DELIVERY_ATTEMPTED'::text, 'DELIVERED'::text, 'RETURNING'::text, 'RETURNED'::text, 'LOST'::text, 'CANCELLED'::text]))
);
CREATE INDEX shipment_fulfillment_order ON fulfillment.shipment USING btree ("fulfillmentOrderId");
CREATE INDEX shipment_order ON fulfillment.shipment USING btree ("orderId");
CREATE INDEX shipment_pull ON fulfillment.shipment USING btree ("nextPullAt") WHERE ("nextPullAt" IS NOT NULL);
CREATE INDEX shipment_seller_shipped ON fulfillment.shipment USING btree ("sellerId") INCLUDE ("fulfillmentOrderId", "shippedAt", "deliveredAt") WHERE (("shippedAt" IS NOT NULL) AND (direction = 'OUTBOUND'::text));

create table "shipmentLine" (
  "shipmentId" text collate "C" not null,
  "orderLineId" text collate "C" not null,
  quantity integer not null,
  constraint "shipmentLine_pkey" PRIMARY KEY ("shipmentId", "orderLineId"),
  constraint "shipmentLine_shipmentId_fkey" FOREIGN KEY ("shipmentId") REFERENCES shipment(id),
  constraint "shipmentLine_quantity_check" CHECK (quantity > 0)
);

create table "shippingLabel" (
  id text collate "C" not null,
  "shipmentId" text collate "C" not null,
  "carrierId" text collate "C" not null,
  state text not null,
  "carrierRef" text,
  "chargeMinor" bigint,
  currency text,
  "documentPath" text,
  failure text,
  attempts integer not null default 0,
  "nextAttemptAt" timestamp with time zone,
  "requestedAt" timestamp with time zone,
  "issuedAt" timestamp with time zone,
  "createdAt" timestamp with time zone not null,
  "updatedAt" timestamp with time zone not null,
  constraint "shippingLabel_pkey" PRIMARY KEY (id),
  constraint "shippingLabel_carrierId_fkey" FOREIGN KEY ("carrierId") REFERENCES carrier(id),
  constraint "shippingLabel_shipmentId_fkey" FOREIGN KEY ("shipmentId") REFERENCES shipment(id),
  constraint "shippingLabel_check" CHECK ((state <> ALL (ARRAY['ISSUED'::text, 'VOID_REQUESTED'::text, 'VOIDED'::text])) OR "carrierRef" IS NOT NULL AND "chargeMinor" IS NOT NULL AND currency IS NOT NULL),
  constraint "shippingLabel_state_check" CHECK (state = ANY (ARRAY['RESERVED'::text, 'REQUESTED'::text, 'AMBIGUOUS'::text, 'ISSUED'::text, 'FAILED'::text, 'VOID_REQUESTED'::text, 'VOIDED'::text]))
);
CREATE INDEX shipping_label_due ON fulfillment."shippingLabel" USING btree ("nextAttemptAt") WHERE ("nextAttemptAt" IS NOT NULL);
CREATE UNIQUE INDEX shipping_label_live ON fulfillment."shippingLabel" USING btree ("shipmentId") WHERE (state <> ALL (ARRAY['FAILED'::text, 'VOIDED'::text]));

create table timer (
  subject text collate "C" not null,
  kind text not null,
  "fireAt" timestamp with time zone,
  "pausedRemainingMs" bigint,
  version integer not null default 0,
  attempts integer not null default 0,
  constraint timer_pkey PRIMARY KEY (subject, kind),
  constraint timer_check CHECK (("fireAt" IS NULL) = ("pausedRemainingMs" IS NOT NULL))
);
CREATE INDEX timer_due ON fulfillment.timer USING btree ("fireAt") WHERE ("fireAt" IS NOT NULL);

create table "trackingEvent" (
  id text collate "C" not null,
  "parcelId" text collate "C" not null,
  "shipmentId" text collate "C" not null,
  "dedupeKey" text not null,
  revision integer not null,
  "contentHash" text not null,
  "eventCode" text not null,
  reason text,
  "rawCode" text not null,
  "rawText" text,
  "occurredAt" timestamp with time zone,
  "occurredLocal" text,
  "utcOffset" text,
  "tzSource" text not null,
  precision text not null,
  "receivedAt" timestamp with time zone not null,
  place jsonb,
  source text not null,
  "messageId" text collate "C" not null,
  voids text,
  "mappingVersion" text not null,
  constraint "trackingEvent_parcelId_dedupeKey_revision_contentHash_key" UNIQUE ("parcelId", "dedupeKey", revision, "contentHash"),
  constraint "trackingEvent_pkey" PRIMARY KEY (id),
  constraint "trackingEvent_messageId_fkey" FOREIGN KEY ("messageId") REFERENCES "carrierMessage"(id),
  constraint "trackingEvent_parcelId_fkey" FOREIGN KEY ("parcelId") REFERENCES parcel(id),
  constraint "trackingEvent_shipmentId_fkey" FOREIGN KEY ("shipmentId") REFERENCES shipment(id),
  constraint "trackingEvent_precision_check" CHECK ("precision" = ANY (ARRAY['SECOND'::text, 'MINUTE'::text, 'DAY'::text, 'NONE'::text])),
  constraint "trackingEvent_source_check" CHECK (source = ANY (ARRAY['CARRIER'::text, 'SELLER'::text, 'PLATFORM_INFERRED'::text]))
);
CREATE INDEX tracking_event_shipment ON fulfillment."trackingEvent" USING btree ("shipmentId");

CREATE OR REPLACE FUNCTION fulfillment."keepCarrierMessage"()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
  end $function$;
