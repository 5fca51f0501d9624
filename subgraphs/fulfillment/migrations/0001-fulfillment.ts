/** Fulfilment orders, shipments, labels. Checks are the last line of defence: the rules are the first. */
export const FULFILLMENT = `
  create table seller (
    id text collate "C" primary key,
    handle text not null,
    "displayName" text not null,
    country text not null,
    "shipFrom" jsonb
  );

  create table "sellerMember" (
    "sellerId" text collate "C" not null,
    "accountId" text collate "C" not null,
    primary key ("sellerId", "accountId")
  );
  create index seller_member_account on "sellerMember" ("accountId");

  create table carrier (
    id text collate "C" primary key,
    code text not null unique,
    name text not null,
    services text[] not null,
    currencies text[] not null check (cardinality(currencies) > 0)
  );

  create table "carrierConnection" (
    id text collate "C" primary key,
    "carrierId" text collate "C" not null references carrier,
    code text not null unique,
    state text not null check (state in ('ACTIVE', 'SUSPENDED'))
  );

  create table "fulfillmentOrder" (
    id text collate "C" primary key,
    "orderId" text collate "C" not null unique,
    "sellerId" text collate "C" not null,
    "buyerId" text collate "C" not null,
    state text not null check (state in
      ('AWAITING_FUNDS', 'OPEN', 'IN_PROGRESS', 'ON_HOLD', 'FULFILLED', 'INCOMPLETE', 'CANCELLED')),
    number text,
    currency text,
    "shipTo" jsonb,
    "handlingDays" integer not null default 0 check ("handlingDays" >= 0),
    "placedAt" timestamptz,
    "fundedAt" timestamptz,
    "shipBy" timestamptz,
    "releasedAt" timestamptz,
    "cancelRequestedAt" timestamptz,
    "cancelReason" text,
    "cancelAsked" boolean not null default false,
    version integer not null default 0,
    "createdAt" timestamptz not null,
    "updatedAt" timestamptz not null,
    check (state in ('AWAITING_FUNDS', 'CANCELLED')
      or ("placedAt" is not null and "fundedAt" is not null and "shipBy" is not null)),
    check ("placedAt" is null or ("shipTo" is not null and currency is not null))
  );

  create table "fulfillmentOrderLine" (
    "fulfillmentOrderId" text collate "C" not null references "fulfillmentOrder",
    "orderLineId" text collate "C" not null,
    title text not null,
    quantity integer not null check (quantity > 0),
    allocated integer not null default 0 check (allocated between 0 and quantity),
    "weightG" integer not null,
    "lengthCm" integer not null,
    "widthCm" integer not null,
    "heightCm" integer not null,
    primary key ("fulfillmentOrderId", "orderLineId")
  );

  create table shipment (
    id text collate "C" primary key,
    "fulfillmentOrderId" text collate "C" not null references "fulfillmentOrder",
    "orderId" text collate "C" not null,
    "sellerId" text collate "C" not null,
    "buyerId" text collate "C" not null,
    direction text not null check (direction in ('OUTBOUND', 'RETURN', 'REPLACEMENT')),
    "carrierId" text collate "C" not null references carrier,
    service text not null,
    "shipFrom" jsonb not null,
    milestone text not null check (milestone in
      ('CREATED', 'LABELLED', 'AWAITING_HANDOVER', 'PICKED_UP', 'IN_TRANSIT', 'OUT_FOR_DELIVERY',
       'AVAILABLE_FOR_PICKUP', 'DELIVERY_ATTEMPTED', 'DELIVERED', 'RETURNING', 'RETURNED', 'LOST',
       'CANCELLED')),
    sequence integer not null default 0,
    delayed boolean not null default false,
    damaged boolean not null default false,
    held text,
    "shippedAt" timestamptz,
    "deliveredAt" timestamptz,
    "cancelledAt" timestamptz,
    "deliveryQuestionedAt" timestamptz,
    "nextPullAt" timestamptz,
    version integer not null default 0,
    "createdAt" timestamptz not null,
    "updatedAt" timestamptz not null
  );
  create index shipment_order on shipment ("orderId");
  create index shipment_fulfillment_order on shipment ("fulfillmentOrderId");
  create index shipment_pull on shipment ("nextPullAt") where "nextPullAt" is not null;

  create table "shipmentLine" (
    "shipmentId" text collate "C" not null references shipment,
    "orderLineId" text collate "C" not null,
    quantity integer not null check (quantity > 0),
    primary key ("shipmentId", "orderLineId")
  );

  create sequence "ssccSerial" minvalue 0 start 0 maxvalue 9999999999 no cycle;

  create table parcel (
    id text collate "C" primary key,
    "shipmentId" text collate "C" not null references shipment,
    sscc text not null unique check (sscc ~ '^[0-9]{18}$'),
    "weightG" integer not null check ("weightG" > 0),
    "lengthCm" integer not null check ("lengthCm" > 0),
    "widthCm" integer not null check ("widthCm" > 0),
    "heightCm" integer not null check ("heightCm" > 0),
    "trackingNumber" text,
    milestone text not null
  );
  create index parcel_shipment on parcel ("shipmentId");
  create index parcel_tracking_number on parcel ("trackingNumber");

  create table "shippingLabel" (
    id text collate "C" primary key,
    "shipmentId" text collate "C" not null references shipment,
    "carrierId" text collate "C" not null references carrier,
    state text not null check (state in
      ('RESERVED', 'REQUESTED', 'AMBIGUOUS', 'ISSUED', 'FAILED', 'VOID_REQUESTED', 'VOIDED')),
    "carrierRef" text,
    "chargeMinor" bigint,
    currency text,
    "documentPath" text,
    failure text,
    attempts integer not null default 0,
    "nextAttemptAt" timestamptz,
    "requestedAt" timestamptz,
    "issuedAt" timestamptz,
    "createdAt" timestamptz not null,
    "updatedAt" timestamptz not null,
    check (state not in ('ISSUED', 'VOID_REQUESTED', 'VOIDED')
      or ("carrierRef" is not null and "chargeMinor" is not null and currency is not null))
  );
  create unique index shipping_label_live on "shippingLabel" ("shipmentId")
    where state not in ('FAILED', 'VOIDED');
  create index shipping_label_due on "shippingLabel" ("nextAttemptAt")
    where "nextAttemptAt" is not null;

  create table "labelDocument" (
    "labelId" text collate "C" primary key references "shippingLabel",
    mime text not null,
    sha256 text not null,
    bytes bytea not null
  );
`;
