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

/** What working days and risk gained after they landed. */
export const CALENDARS_AND_SIGNALS = [CALENDARS].join('\n');
