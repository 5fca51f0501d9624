/** What both parties accepted, as marketplace sent it: the text of a hash that was funded. */
const CONTRACTS = `
  alter table escrow add "contractHash" text collate "C" not null default '';

  create table "contractSnapshot" (
    "orderId" text collate "C" primary key references escrow ("orderId"),
    hash text collate "C" not null,
    text text not null,
    "receivedAt" timestamptz not null,
    constraint contract_is_its_hash check (hash = encode(sha256(convert_to(text, 'UTF8')), 'hex'))
  );
`;

/** Evidence of a case: its bytes under their hash, and a chain of entries in which each names the one before. */
const EVIDENCE = `
  create table "evidenceUpload" (
    id text collate "C" primary key,
    "caseId" text collate "C" not null,
    "uploadedBy" text collate "C" not null,
    "contentType" text not null,
    "fileName" text not null,
    hash text collate "C",
    content bytea,
    "createdAt" timestamptz not null,
    check ((hash is null) = (content is null))
  );
  alter table "evidenceUpload" alter content set storage external;
  create index on "evidenceUpload" ("caseId", "uploadedBy");

  create table "evidenceBlob" (
    hash text collate "C" primary key,
    "contentType" text not null
      check ("contentType" in ('image/png', 'image/jpeg', 'image/webp', 'application/pdf', 'text/plain')),
    size integer not null check (size between 1 and 20971520),
    content bytea not null,
    constraint blob_has_its_size check (size = octet_length(content)),
    constraint blob_is_its_hash check (hash = encode(sha256(content), 'hex'))
  );
  alter table "evidenceBlob" alter content set storage external;

  create table evidence (
    id text collate "C" primary key,
    "caseId" text collate "C" not null,
    number integer not null check (number > 0),
    field text not null,
    side text not null check (side in ('BUYER', 'SELLER', 'OPERATOR', 'SYSTEM')),
    "uploadedBy" text collate "C" not null,
    visibility text not null check (visibility in ('PARTIES', 'OPERATORS')),
    "contentHash" text collate "C" not null references "evidenceBlob",
    "contentType" text not null,
    size integer not null,
    "fileName" text,
    "addedAt" timestamptz not null,
    "prevHash" text collate "C" not null,
    "entryHash" text collate "C" not null unique,
    unique ("caseId", number)
  );

  create function evidence_chained() returns trigger language plpgsql as $$
  declare last record;
  begin
    select number, "entryHash" into last from evidence
      where "caseId" = new."caseId" order by number desc limit 1;
    if (new.number, new."prevHash")
      is distinct from (coalesce(last.number, 0) + 1, coalesce(last."entryHash", repeat('0', 64)))
    then
      raise exception 'evidence follows the entry before it'
        using errcode = '23514', constraint = 'evidence_chained';
    end if;
    return new;
  end $$;
  create trigger evidence_chained before insert on evidence
    for each row execute function evidence_chained();

  create function evidence_kept() returns trigger language plpgsql as
    $$ begin raise exception '% never changes', tg_table_name using errcode = '23514'; end $$;
`;

const KEPT = ['contractSnapshot', 'evidenceBlob', 'evidence']
  .map(
    (table) => `
  create trigger kept before update or delete on "${table}"
    for each row execute function evidence_kept();
  create trigger kept_all before truncate on "${table}"
    for each statement execute function evidence_kept();
  alter table "${table}" enable always trigger kept, enable always trigger kept_all;`,
  )
  .join('\n');

const INVARIANTS = `
  create view invariant_of_evidence (invariant, subject, detail) as
  select 'I50', s."orderId", 'contract <> the funded hash' from "contractSnapshot" s
    join escrow e on e."orderId" = s."orderId"
    where s.hash <> e."contractHash" or s.hash <> encode(sha256(convert_to(s.text, 'UTF8')), 'hex')
  union all
  select 'I51', e.id, 'evidence does not follow the entry before it' from evidence e
    left join evidence p on p."caseId" = e."caseId" and p.number = e.number - 1
    where e."prevHash" <> coalesce(p."entryHash", repeat('0', 64)) or (p.id is null) <> (e.number = 1)
  union all
  select 'I52', b.hash, 'evidence <> its hash' from "evidenceBlob" b
    where b.hash <> encode(sha256(b.content), 'hex');
  comment on view invariant_of_evidence is 'functions only';
`;

/** Contracts, evidence and what vouches for both. */
export const EVIDENCE_STEP = [CONTRACTS, EVIDENCE, KEPT, INVARIANTS].join('\n');
