import { LATEST_RULES, NEWER_POINTS } from '../risk/latest-rules';

/** On which days nobody works, by country, and in which country the bank is that a seller is paid out to. */
const CALENDARS = `
  create table "businessCalendar" (
    country text primary key check (country ~ '^[A-Z]{2}$'),
    weekend text[] not null check (cardinality(weekend) < 7),
    holidays text[] not null,
    "ofOperators" boolean not null,
    "changedBy" text collate "C" not null,
    "changedAt" timestamptz not null,
    version integer not null default 0
  );
  create unique index business_calendar_of_operators on "businessCalendar" ("ofOperators")
    where "ofOperators";
  alter table "payoutAccount" add country text check (country ~ '^[A-Z]{2}$');
`;

/**
 * Where orders go, what carriers said of parcels, and where cards come from. Addresses are keyed hashes, tracking numbers
 * digests: equality is all that is asked of them.
 */
const SIGNALS = `
  create table "riskOrder" (
    "orderId" text collate "C" primary key,
    "orderGroupId" text collate "C" not null,
    "buyerId" text collate "C" not null,
    "shipCountry" text not null,
    address text collate "C" not null,
    at timestamptz not null
  );
  create index on "riskOrder" ("orderGroupId");
  create index on "riskOrder" (address, "buyerId", at);

  create table "riskParcel" (
    "shipmentId" text collate "C" primary key,
    "orderId" text collate "C" not null,
    trackings text[] collate "C" not null,
    elsewhere boolean,
    at timestamptz not null
  );
  create index on "riskParcel" ("orderId");
  create index on "riskParcel" using gin (trackings);

  alter table tender add "cardCountry" text;
  alter table "savedPaymentMethod" add country text;
`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * New rules, where those that came with us are live; where an operator has published others, or none are wanted, a draft.
 * Their ids are fixed.
 */
const RULES = NEWER_POINTS.map((point, n) => {
  const id = quoted(`rrs_0000000000000000000000000${'ABC'.charAt(n)}`);
  const rules = quoted(JSON.stringify(LATEST_RULES[point]));
  return `
  with ours as (
    update "riskRuleSet" set state = 'RETIRED', "changedAt" = '2026-11-30T00:00:00Z',
      version = version + 1
    where point = '${point}' and state = 'LIVE' and "createdBy" = 'system' returning 1)
  insert into "riskRuleSet" (id, point, number, state, rules, note, "createdBy", "createdAt",
      "changedBy", "changedAt")
    select ${id}, '${point}', coalesce(max(number), 0) + 1,
      case when exists (select 1 from ours) then 'LIVE' else 'DRAFT' end, ${rules}::jsonb,
      'Addresses, cards from abroad, parcels, and payouts in all.', 'system',
      '2026-11-30T00:00:00Z', 'system', '2026-11-30T00:00:00Z'
    from "riskRuleSet" where point = '${point}';`;
}).join('\n');

/** What working days and risk gained after they landed. */
export const CALENDARS_AND_SIGNALS = [CALENDARS, SIGNALS, RULES].join('\n');
