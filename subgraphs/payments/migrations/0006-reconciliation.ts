/** What the PSP reports, compared with our books and with the bank; and the PSP's own ids of what webhooks are about. */
export const RECONCILIATION = `
  alter table "pspEvent" add "pspId" text not null default '';
  create index on "pspOperation" ("pspId") where "pspId" is not null;

  create table "reconciliationRun" (
    id text collate "C" primary key,
    "fromAt" timestamptz not null,
    "toAt" timestamptz not null,
    lines integer not null,
    matched integer not null,
    open integer not null,
    "startedBy" text collate "C" not null,
    "createdAt" timestamptz not null,
    check ("fromAt" < "toAt")
  );

  create table "reconciliationItem" (
    id text collate "C" primary key,
    "runId" text collate "C" not null references "reconciliationRun",
    side text not null check (side in ('PSP', 'BANK')),
    -- what is compared: an operation, or a line that belongs to none; compared again by later runs
    subject text collate "C" not null,
    -- the operation, or what the bank statement names
    reference text collate "C" not null,
    outcome text not null check (outcome in ('MATCHED', 'MISSING_INTERNAL', 'MISSING_PSP',
      'AMOUNT_DIFF', 'DUPLICATE', 'TIMING')),
    currency text not null,
    "expectedMinor" bigint not null,
    "actualMinor" bigint not null,
    "feeMinor" bigint not null,
    "occurredAt" timestamptz not null,
    state text not null check (state in ('OPEN', 'PROPOSED', 'RESOLVED', 'CLOSED')),
    reason text,
    "proposedBy" text collate "C",
    "resolvedBy" text collate "C",
    version integer not null default 0,
    unique (side, subject),
    check ((state = 'CLOSED') = (outcome = 'MATCHED')),
    check ((state in ('PROPOSED', 'RESOLVED')) = ("proposedBy" is not null)),
    check ((state = 'RESOLVED') = ("resolvedBy" is not null)),
    constraint reconciliation_four_eyes check ("resolvedBy" <> "proposedBy")
  );
  create index on "reconciliationItem" (state, id);
`;
