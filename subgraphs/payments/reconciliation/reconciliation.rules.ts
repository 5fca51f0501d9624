import type { AccountKindName, Leg, TransferCodeName } from '../ledger/ledger.rules';
import type { LineKind } from '../psp/psp.port';
import { isOfDispute } from './dispute-line.rules';

export type ItemSide = 'PSP' | 'BANK';
/** What a comparison came to. TIMING becomes one of the others when it is too old. */
export const ITEM_OUTCOMES = [
  ...(['MATCHED', 'MISSING_INTERNAL', 'MISSING_PSP'] as const),
  ...(['AMOUNT_DIFF', 'DUPLICATE', 'TIMING'] as const),
] as const;
export type ItemOutcome = (typeof ITEM_OUTCOMES)[number];

const DAY_MS = 86_400_000;
/** How long one side may lag behind the other. */
export const TIMING_MS = 5 * DAY_MS;

/** A movement of our balance at the PSP as the PSP reports it. */
export interface ReportedLine {
  readonly id: string;
  readonly kind: LineKind;
  readonly reference: string;
  readonly pspId: string;
  readonly currency: string;
  readonly grossMinor: bigint;
  readonly feeMinor: bigint;
  readonly occurredAt: Date;
}

/** The same movement in our books: one for each act, and one more when its money came back. */
export interface BookedMovement {
  /** The operation's id. */
  readonly reference: string;
  readonly pspId: string | null;
  readonly kind: LineKind;
  readonly currency: string;
  /** Signed like a line's gross. 0 while the outcome is not known. */
  readonly amountMinor: bigint;
  /** What our books have taken already of fees that any line of the same reference reports. */
  readonly feeMinor?: bigint;
  readonly at: Date;
}

/** A line of the bank statement. */
export interface BankLine {
  readonly id: string;
  readonly reference: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly bookedAt: Date;
}

/** One comparison. */
export interface Item {
  readonly side: ItemSide;
  readonly subject: string;
  /** The operation, or what the bank statement names. */
  readonly reference: string;
  readonly outcome: ItemOutcome;
  readonly currency: string;
  readonly expectedMinor: bigint;
  readonly actualMinor: bigint;
  /** Of the PSP's fee what our books do not have yet. */
  readonly feeMinor: bigint;
  readonly occurredAt: Date;
}

/** Everything that is compared. No line is dropped: each is in exactly one item. */
export interface Compared {
  readonly lines: readonly ReportedLine[];
  readonly booked: readonly BookedMovement[];
  readonly bank: readonly BankLine[];
}

/** Compares the PSP's report with our books by operation, then by the PSP's id; and its transfers with the bank's. */
export function reconcile({ lines, booked, bank }: Compared, now: Date): Item[] {
  const transfers = lines.filter(({ kind }) => kind === 'BANK_TRANSFER');
  const movements = lines.filter(({ kind }) => kind !== 'BANK_TRANSFER');
  return [...pspItems(movements, booked, now), ...bankItems(transfers, bank, now)];
}

function pspItems(
  lines: readonly ReportedLine[],
  booked: readonly BookedMovement[],
  now: Date,
): Item[] {
  const open = new Map(booked.map((one) => [keyOf(one.reference, one.kind), one]));
  const byPspId = new Map(booked.map((one) => [keyOf(one.pspId ?? '', one.kind), one]));
  const seen = new Set<string>();
  const unbooked = feesAgainst(booked);
  const items = lines.map((reported): Item => {
    const line = { ...reported, feeMinor: unbooked(reported) };
    const ours =
      open.get(keyOf(line.reference, line.kind)) ?? byPspId.get(keyOf(line.pspId, line.kind));
    if (ours === undefined) {
      // The PSP's own fees belong to no act: they are booked as they are reported.
      const fee = line.kind === 'FEE' && line.grossMinor === 0n && !isOfDispute(line);
      return itemOf(line, subjectOf(line, seen), fee ? 'MATCHED' : 'MISSING_INTERNAL', 0n);
    }
    const key = keyOf(ours.reference, ours.kind);
    if (seen.has(key)) return itemOf(line, line.id, 'DUPLICATE', 0n);
    seen.add(key);
    if (ours.amountMinor === line.grossMinor && ours.currency === line.currency) {
      return itemOf(line, key, 'MATCHED', ours.amountMinor);
    }
    const late = ours.amountMinor === 0n && isFresh(line.occurredAt, now);
    const missing = ours.amountMinor === 0n ? 'MISSING_INTERNAL' : 'AMOUNT_DIFF';
    return itemOf(line, key, late ? 'TIMING' : missing, ours.amountMinor);
  });
  const absent = booked
    .filter((one) => one.amountMinor !== 0n && !seen.has(keyOf(one.reference, one.kind)))
    .map((one): Item => ({
      side: 'PSP',
      subject: keyOf(one.reference, one.kind),
      reference: one.reference,
      outcome: isFresh(one.at, now) ? 'TIMING' : 'MISSING_PSP',
      currency: one.currency,
      expectedMinor: one.amountMinor,
      actualMinor: 0n,
      feeMinor: 0n,
      occurredAt: one.at,
    }));
  return [...items, ...absent];
}

/** Says of each line what of its fee is not booked yet. A fee that is given back was never booked. */
function feesAgainst(booked: readonly BookedMovement[]): (line: ReportedLine) => bigint {
  const left = new Map(booked.map(({ reference }) => [reference, 0n]));
  for (const { reference, feeMinor = 0n } of booked) {
    left.set(reference, (left.get(reference) ?? 0n) + feeMinor);
  }
  return ({ reference, feeMinor }) => {
    if (feeMinor <= 0n) return feeMinor;
    const has = left.get(reference) ?? 0n;
    const part = feeMinor < has ? feeMinor : has;
    left.set(reference, has - part);
    return feeMinor - part;
  };
}

/** What an item about a line that we do not know is called: a dispute's keeps its name until we know it. */
function subjectOf(line: ReportedLine, seen: Set<string>): string {
  const key = keyOf(line.reference, line.kind);
  if (!isOfDispute(line) || seen.has(key)) return line.id;
  seen.add(key);
  return key;
}

/** The bank's line is what is actual: a transfer without one is money that has not come to us. */
function bankItems(
  transfers: readonly ReportedLine[],
  bank: readonly BankLine[],
  now: Date,
): Item[] {
  const rest = new Map<string, BankLine[]>();
  for (const line of bank) {
    const key = keyOf(line.reference, line.currency);
    rest.set(key, [...(rest.get(key) ?? []), line]);
  }
  const items = transfers.map((transfer): Item => {
    const arrived = rest.get(keyOf(transfer.reference, transfer.currency))?.shift();
    const expectedMinor = -transfer.grossMinor;
    const base = { ...bankItem(transfer, transfer.occurredAt), subject: transfer.id };
    if (arrived === undefined) {
      const outcome = isFresh(transfer.occurredAt, now) ? 'TIMING' : 'MISSING_INTERNAL';
      return { ...base, outcome, expectedMinor, actualMinor: 0n };
    }
    const equal = arrived.amountMinor === expectedMinor;
    return {
      ...base,
      outcome: equal ? 'MATCHED' : 'AMOUNT_DIFF',
      expectedMinor,
      actualMinor: arrived.amountMinor,
    };
  });
  const known = new Set(transfers.map((one) => keyOf(one.reference, one.currency)));
  const extra = [...rest].flatMap(([key, lines]) =>
    lines.map((line): Item => ({
      ...bankItem(line, line.bookedAt),
      subject: line.id,
      outcome: known.has(key)
        ? 'DUPLICATE'
        : isFresh(line.bookedAt, now)
          ? 'TIMING'
          : 'MISSING_PSP',
      expectedMinor: 0n,
      actualMinor: line.amountMinor,
    })),
  );
  return [...items, ...extra];
}

const bankItem = (
  { currency, reference }: Pick<BankLine, 'currency' | 'reference'>,
  occurredAt: Date,
) => ({ side: 'BANK', currency, reference, feeMinor: 0n, occurredAt }) as const;

const itemOf = (
  line: ReportedLine,
  subject: string,
  outcome: ItemOutcome,
  expectedMinor: bigint,
): Item => ({
  side: 'PSP',
  subject,
  reference: line.reference,
  outcome,
  currency: line.currency,
  expectedMinor,
  actualMinor: line.grossMinor,
  feeMinor: line.feeMinor,
  occurredAt: line.occurredAt,
});

const keyOf = (reference: string, kind: string): string => `${reference}:${kind}`;

const isFresh = (at: Date, now: Date): boolean => now.getTime() - at.getTime() <= TIMING_MS;

/** What an operator may have compared at once. */
export const LONGEST_PERIOD_MS = 100 * DAY_MS;

/**
 * Legs of a line that matches: its fee leaves our claim on the PSP, what arrived is at our bank. A fee that is given back
 * comes in, and what the PSP took from our bank (it had paid out more than we had there) is a claim again.
 */
export const matchedLegs = (
  item: Pick<Item, 'side' | 'subject' | 'reference' | 'feeMinor' | 'actualMinor'>,
  { clearing, other }: { readonly clearing: bigint; readonly other: bigint },
): Leg[] =>
  item.side === 'PSP'
    ? moves(isOfCase(item) ? 'CHARGEBACK_FEE' : 'PSP_FEE', item.feeMinor, other, clearing)
    : moves('PSP_TO_BANK', item.actualMinor, other, clearing);

/** Where the other side of a matched line is booked. What a case cost, or gave back, is no fee for our payments. */
export const accountOfMatched = (
  item: Pick<Item, 'side' | 'subject' | 'reference'>,
): AccountKindName =>
  item.side === 'BANK' ? 'BANK' : isOfCase(item) ? 'DISPUTE_FEE_EXPENSE' : 'PSP_FEE_EXPENSE';

/** A matched line about a dispute is called by it; the PSP's own fees belong to nothing. */
const isOfCase = ({ subject, reference }: Pick<Item, 'subject' | 'reference'>): boolean =>
  ['DISPUTE', 'DISPUTE_WON', 'FEE'].some((kind) => subject === keyOf(reference, kind));

/** Legs that make our books say what the other side says, the difference going to an account of its own. */
export function writeOffLegs(
  item: Pick<Item, 'side' | 'expectedMinor' | 'actualMinor' | 'feeMinor'>,
  accounts: { readonly clearing: bigint; readonly bank: bigint; readonly difference: bigint },
): Leg[] {
  const { clearing, bank, difference } = accounts;
  const { expectedMinor, actualMinor, feeMinor } = item;
  const code = 'SETTLEMENT_WRITTEN_OFF';
  if (item.side === 'PSP')
    return moves(code, actualMinor - feeMinor - expectedMinor, clearing, difference);
  return [
    ...moves(code, actualMinor, bank, difference),
    ...moves(code, expectedMinor, difference, clearing),
  ];
}

/** A leg of an amount with a sign: below zero it goes the other way. */
function moves(code: TransferCodeName, amount: bigint, debit: bigint, credit: bigint): Leg[] {
  if (amount < 0n) return [{ code, debit: credit, credit: debit, amount: -amount }];
  return amount === 0n ? [] : [{ code, debit, credit, amount }];
}
