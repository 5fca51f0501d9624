import { type Viewer, hasRole, requireAccount, requireRole } from '#kernel/auth/viewer';
import type { WorkCalendar } from '#kernel/clock/working-days';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { actorOf } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import type { BusinessCalendarRow } from './business-calendar.entity';
import {
  type KeptCalendar,
  isCountry,
  keptCalendar,
  workCalendar,
} from './business-calendar.rules';

/** A country's calendar as an operator gives it. */
export interface CalendarInput extends KeptCalendar {
  readonly key: string;
  readonly country: string;
  /** Undefined: as it was. */
  readonly ofOperators: boolean | undefined;
}

const WRITE = `
  insert into "businessCalendar" as c (country, weekend, holidays, "ofOperators", "changedBy",
    "changedAt")
  values ($1, $2, $3, coalesce($4, false), $5, $6)
  on conflict (country) do update set weekend = excluded.weekend, holidays = excluded.holidays,
    "ofOperators" = coalesce($4, c."ofOperators"), "changedBy" = excluded."changedBy",
    "changedAt" = excluded."changedAt", version = c.version + 1`;

/** Which days count as working days, by country. Deadlines that run already keep their time. */
export class BusinessCalendarService {
  constructor(private readonly db: Database) {}

  /** Operators. Replaces a country's calendar. */
  async set(viewer: Viewer, { key, ...input }: CalendarInput): Promise<BusinessCalendarRow> {
    requireRole(viewer, 'OPERATOR');
    const person = requireAccount(viewer);
    const { country, ofOperators } = input;
    if (!isCountry(country)) throw refuse('COUNTRY_INVALID', { field: ['input', 'country'] });
    const kept = keptCalendar(input);
    if (typeof kept === 'string') throw refuse('CALENDAR_INVALID', { field: ['input', kept] });
    const intent = { scope: `${actorOf(viewer)}:businessCalendarSet`, key, input };
    await this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        // two operators at once would both find that nobody works by a calendar yet
        await tx.query('lock table "businessCalendar" in share row exclusive mode');
        if (ofOperators === true) {
          await tx.query(
            `update "businessCalendar" set "ofOperators" = false, version = version + 1
             where "ofOperators" and country <> $1`,
            [country],
          );
        }
        const { weekend, holidays } = kept;
        await tx.query(WRITE, [
          ...[country, weekend, holidays, ofOperators ?? null, person, tx.now],
        ]);
        return country;
      }),
    );
    const row = await this.db.first<BusinessCalendarRow>(
      'select * from "businessCalendar" where country = $1',
      [country],
    );
    if (row === undefined) throw new Error('the calendar was just written');
    return row;
  }

  /** By country; null unless operator or auditor. */
  async list(viewer: Viewer): Promise<BusinessCalendarRow[] | null> {
    if (!hasRole(viewer, 'OPERATOR') && !hasRole(viewer, 'AUDITOR')) return null;
    return this.db.query<BusinessCalendarRow>('select * from "businessCalendar" order by country');
  }
}

/** When our operators work: by the calendar that an operator named theirs. */
export async function operatorsCalendar(tx: Tx): Promise<WorkCalendar> {
  const kept = await tx.first<BusinessCalendarRow>(
    'select * from "businessCalendar" where "ofOperators"',
  );
  return workCalendar(kept);
}

/** When the bank works that a payout goes to: by its country, as far as the seller has told it. */
export async function bankCalendar(tx: Tx, payoutAccountId: string): Promise<WorkCalendar> {
  const kept = await tx.first<BusinessCalendarRow>(
    `select c.* from "businessCalendar" c join "payoutAccount" a on a.country = c.country
     where a.id = $1`,
    [payoutAccountId],
  );
  return workCalendar(kept);
}
