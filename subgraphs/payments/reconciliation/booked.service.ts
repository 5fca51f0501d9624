import type { Queries } from '#kernel/db/database';
import type { LineKind } from '../psp/psp.port';
import { type BookedDispute, movementsOfDispute, namedByDispute } from './dispute-line.rules';
import type { BankLine, BookedMovement, Compared, ReportedLine } from './reconciliation.rules';

interface OperationMoney {
  readonly id: string;
  readonly kind: 'PAYMENT' | 'REFUND' | 'PAYOUT';
  readonly pspId: string | null;
  /** When it was sent, or made as long as it was not. */
  readonly at: Date;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly state: string;
}

/**
 * Operations of the period (a refund may be sent weeks after it was made), those that lines name, and those that earlier
 * runs left without a line.
 */
export const OPERATIONS = `
  with o as (
    select * from "pspOperation" where "createdAt" >= $1 and "createdAt" < $2
    union select * from "pspOperation" where "sentAt" >= $1 and "sentAt" < $2
    union select * from "pspOperation" where id = any ($3::text[])
    union select * from "pspOperation" where "pspId" = any ($4::text[])
    union select p.* from "reconciliationItem" i join "pspOperation" p on p.id = i.reference
      where i.side = 'PSP' and i.state = 'OPEN' and i."actualMinor" = 0),
  s as (select id, kind, subject, "pspId", coalesce("sentAt", "createdAt") as at from o)
  select s.id, s.kind, s."pspId", s.at, p.currency, t."capturedMinor" as "amountMinor",
      t.state
    from s join tender t on t.id = s.subject join payment p on p.id = t."paymentId"
  union all
  select s.id, s.kind, s."pspId", s.at, r.currency, l."amountMinor", l.state
    from s join "refundLeg" l on l.id = s.subject join refund r on r.id = l."refundId"
  union all
  select s.id, s.kind, s."pspId", s.at, p.currency, p."amountMinor", p.state
    from s join payout p on p.id = s.subject`;

const OPEN_ITEMS = `
  select side, subject, reference, currency, "expectedMinor", "actualMinor", "feeMinor",
    "occurredAt"
  from "reconciliationItem" where state = 'OPEN' and outcome in ('TIMING', 'MISSING_INTERNAL',
    'MISSING_PSP')`;

/** Disputes of the period, those that lines name, and those that earlier runs left without a line. */
export const DISPUTES = `
  with c as (
    select * from chargeback where "openedAt" >= $1 and "openedAt" < $2
    union select * from chargeback where "pspDisputeId" = any ($3::text[])
    union select * from chargeback where "pspDisputeId" in (
      select reference from "reconciliationItem" where side = 'PSP' and state = 'OPEN'))
  select "pspDisputeId", currency, "amountMinor", "feeMinor", state, "createdAt", "openedAt"
  from c`;

/** Disputes at the PSP that we know of the ones named. */
export const knownDisputes = (
  db: Queries,
  lines: readonly ReportedLine[],
): Promise<BookedDispute[]> =>
  db.query(DISPUTES, ['infinity', 'infinity', lines.map(({ pspId }) => pspId)]);

interface OpenItem {
  readonly side: 'PSP' | 'BANK';
  readonly subject: string;
  readonly reference: string;
  readonly currency: string;
  readonly expectedMinor: bigint;
  readonly actualMinor: bigint;
  readonly feeMinor: bigint;
  readonly occurredAt: Date;
}

/** What a run compares: the period's lines and movements, and what earlier runs left open. */
export async function gather(
  db: Queries,
  period: { readonly from: Date; readonly to: Date },
  reported: readonly ReportedLine[],
  bank: readonly BankLine[],
): Promise<Compared> {
  const disputes = await db.query<BookedDispute>(DISPUTES, [
    ...[period.from, period.to],
    reported.map(({ pspId }) => pspId),
  ]);
  const lines = namedByDispute(
    reported,
    disputes.map(({ pspDisputeId }) => pspDisputeId),
  );
  const open = await db.query<OpenItem>(OPEN_ITEMS);
  const all = [...carriedLines(open), ...lines];
  const unique = [...new Map(all.map((line) => [line.id, line])).values()];
  const rows = await db.query<OperationMoney>(OPERATIONS, [
    period.from,
    period.to,
    unique.map(({ reference }) => reference),
    unique.map(({ pspId }) => pspId).filter((id) => id !== ''),
  ]);
  const statement = [...carriedBank(open), ...bank];
  return {
    lines: withoutCarriedTwice(unique, lines),
    booked: [...rows.flatMap(movementsOf), ...disputes.flatMap(movementsOfDispute)],
    bank: [...new Map(statement.map((line) => [line.id, line])).values()],
  };
}

/** A line that an earlier run saw under its operation and this one sees again counts once. */
function withoutCarriedTwice(
  all: readonly ReportedLine[],
  fresh: readonly ReportedLine[],
): ReportedLine[] {
  const again = new Set(fresh.map(({ reference, kind }) => `${reference}:${kind}`));
  const ids = new Set(fresh.map(({ id }) => id));
  return all.filter(({ id, reference, kind }) => ids.has(id) || !again.has(`${reference}:${kind}`));
}

const carriedLines = (open: readonly OpenItem[]): ReportedLine[] =>
  open
    .filter(({ side, actualMinor }) => (side === 'PSP' ? actualMinor !== 0n : actualMinor === 0n))
    .map((item) => ({
      id: item.subject,
      kind: item.side === 'BANK' ? 'BANK_TRANSFER' : kindOf(item.subject),
      reference: item.reference,
      pspId: ofDispute(item) ? item.reference : '',
      currency: item.currency,
      grossMinor: item.side === 'BANK' ? -item.expectedMinor : item.actualMinor,
      feeMinor: item.feeMinor,
      occurredAt: item.occurredAt,
    }));

const carriedBank = (open: readonly OpenItem[]): BankLine[] =>
  open
    .filter(({ side, expectedMinor }) => side === 'BANK' && expectedMinor === 0n)
    .map((item) => ({
      id: item.subject,
      reference: item.reference,
      currency: item.currency,
      amountMinor: item.actualMinor,
      bookedAt: item.occurredAt,
    }));

/** An item about a dispute is called by it. */
const ofDispute = ({ side, subject }: OpenItem): boolean =>
  side === 'PSP' && ['DISPUTE', 'DISPUTE_WON', 'FEE'].includes(kindOf(subject));

/** The subject of a line that belongs to an operation names its kind behind the colon. */
const kindOf = (subject: string): LineKind => (subject.split(':')[1] ?? 'OTHER') as LineKind;

/** Where an operation's money stands in our books, as the PSP would report it. */
function movementsOf(row: OperationMoney): BookedMovement[] {
  const { id: reference, pspId, currency, at, amountMinor, state } = row;
  const base = { reference, pspId, currency, at };
  switch (row.kind) {
    case 'PAYMENT':
      return [{ ...base, kind: 'CAPTURE', amountMinor }];
    case 'REFUND': {
      const left = { ...base, kind: 'REFUND' as const };
      if (state === 'SUCCEEDED') return [{ ...left, amountMinor: -amountMinor }];
      if (state !== 'RETURNED') return [{ ...left, amountMinor: 0n }];
      return [
        { ...left, amountMinor: -amountMinor },
        { ...base, kind: 'REFUND_FAILED', amountMinor },
      ];
    }
    case 'PAYOUT': {
      const left = { ...base, kind: 'PAYOUT' as const };
      if (state === 'PAID') return [{ ...left, amountMinor: -amountMinor }];
      const isOver = ['FAILED', 'RETURNED', 'CANCELLED'].includes(state);
      if (!isOver || pspId === null) return [{ ...left, amountMinor: 0n }];
      return [
        { ...left, amountMinor: -amountMinor },
        { ...base, kind: 'PAYOUT_BACK', amountMinor },
      ];
    }
  }
}
