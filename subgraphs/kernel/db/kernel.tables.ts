/** Tables that every subgraph has in its own schema. They hold no domain noun. */
export const KERNEL_TABLES = `
  create table "outboxEpoch" (
    one boolean primary key default true check (one),
    epoch smallint not null default 1
  );
  insert into "outboxEpoch" default values;

  create table outbox (
    epoch smallint not null,
    xid xid8 not null default pg_current_xact_id(),
    seq bigint generated always as identity primary key,
    id text collate "C" not null unique,
    type text not null,
    subject text collate "C" not null,
    "subjectVersion" integer,
    topics text[] not null,
    data jsonb not null,
    actor text not null,
    "correlationId" text not null,
    time timestamptz not null,
    unique (subject, "subjectVersion")
  );
  create index outbox_position on outbox (epoch, xid, seq);
  create index outbox_topics on outbox using gin (topics);

  create table inbox (
    "eventId" text collate "C" primary key,
    type text not null,
    "handledAt" timestamptz not null
  );
  create table "inboxCursor" (
    source text primary key,
    epoch smallint not null,
    xid xid8 not null,
    seq bigint not null
  );
  create table "inboxParked" (
    "eventId" text collate "C" primary key,
    source text not null,
    fact jsonb not null,
    attempts integer not null,
    "nextAt" timestamptz not null,
    error text not null
  );

  create table timer (
    subject text collate "C" not null,
    kind text not null,
    "fireAt" timestamptz,
    "pausedRemainingMs" bigint,
    version integer not null default 0,
    attempts integer not null default 0,
    primary key (subject, kind),
    check (("fireAt" is null) = ("pausedRemainingMs" is not null))
  );
  create index timer_due on timer ("fireAt") where "fireAt" is not null;

  create table idempotency (
    scope text not null,
    key text not null,
    "requestHash" text not null,
    response jsonb,
    "createdAt" timestamptz not null,
    "lockedUntil" timestamptz,
    primary key (scope, key)
  );
`;
