const TABLES = `
  create table "tenderRenewal" (
    id text collate "C" primary key,
    "paymentId" text collate "C" not null references payment,
    "tenderId" text collate "C" not null references tender,
    number integer not null check (number > 0),
    state text not null check (state in ('SENT', 'DONE', 'OVER')),
    "operationId" text collate "C" not null unique references "pspOperation",
    "replacedId" text collate "C" unique references "pspOperation",
    "createdAt" timestamptz not null,
    unique ("tenderId", number),
    check ((state = 'DONE') = ("replacedId" is not null))
  );
  create index on "tenderRenewal" ("paymentId");
  -- one at a time
  create unique index tender_renewal_open on "tenderRenewal" ("tenderId") where state = 'SENT';

  insert into timer (subject, kind, "fireAt", version)
    select subject, 'T14', "dueAt" - interval '1 day', 1 from "riskReview"
    where point = 'CHECKOUT' and state = 'OPEN' and "dueAt" is not null
    on conflict do nothing;

  -- setups that nobody finished
  insert into timer (subject, kind, "fireAt", version)
    select id, 'METHOD_SETUP', "createdAt" + interval '1 day 1 minute', 1 from "methodSetup"
    where state in ('CREATED', 'REQUIRES_ACTION', 'READY')
    on conflict do nothing;
`;

/** Files of evidence come in pieces. Those of a process that died go with their upload, an hour later. */
const PARTS = `
  create table "evidencePart" (
    "attemptId" text collate "C" not null,
    number integer not null,
    "uploadId" text collate "C" not null references "evidenceUpload" on delete cascade,
    bytes bytea not null,
    primary key ("attemptId", number)
  );
  alter table "evidencePart" alter bytes set storage external;
  create index on "evidencePart" ("uploadId");
`;

/** Written anew, with I43. */
const INVARIANTS = `
  create or replace view invariant_of_risk (invariant, subject, detail) as
  select 'I40', r.id, 'a review that nobody is reminded of' from "riskReview" r
    where r.state = 'OPEN' and not exists (select 1 from timer m
      where m.subject = r.id and m."fireAt" is not null)
  union all
  select 'I41', p.id, 'authorized and never to be captured' from payment p
    where p.state = 'AUTHORIZED'
      and exists (select 1 from tender t join "pspOperation" o on o.subject = t.id
        where t."paymentId" = p.id and o.request->>'capture' = 'MANUAL')
      and not exists (select 1 from "riskReview" r
        where r.subject = p.id and r.state in ('OPEN', 'APPROVED'))
  union all
  select 'I42', d.id, 'to be looked at, but in no queue' from "riskDecision" d
    where not d."isShadow" and d.outcome in ('REVIEW', 'BLOCK_AND_REVIEW')
      and not exists (select 1 from "riskReview" r
        where r.subject = d.subject and r.point = d.point)
  union all
  select 'I43', n.id, 'charged by an act that stands for nothing' from "tenderRenewal" n
    join "pspOperation" o on o.id in (n."operationId", n."replacedId")
    where o.subject <> n."tenderId" and o.state = 'SUCCEEDED'
  union all
  select 'I43', n.id, 'an authorization that nobody asks about' from "tenderRenewal" n
    join "pspOperation" o on o.id in (n."operationId", n."replacedId")
    where o.state not in ('SUCCEEDED', 'REJECTED') and o."nextAt" is null
  union all
  select 'I43', n.id, 'replaced, and what replaced it stands for nothing' from "tenderRenewal" n
    join "pspOperation" o on o.id = n."operationId"
    where n.state = 'DONE' and o.subject <> n."tenderId" and not exists (
      select 1 from "tenderRenewal" later where later."replacedId" = o.id);
`;

/**
 * A second authorization of the same tender, a deadline for every payment that is only authorized (T14), and one for every
 * setup of a means of payment. Pieces of files that are being put.
 */
export const RENEWALS = [TABLES, PARTS, INVARIANTS].join('\n');
