import type { BookedMovement, ReportedLine } from './reconciliation.rules';

/** A payer's dispute at the PSP as our books have it. */
export interface BookedDispute {
  readonly pspDisputeId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly feeMinor: bigint;
  readonly state: string;
  readonly createdAt: Date;
  readonly openedAt: Date | null;
}

/**
 * Movements of a dispute, as the PSP would report them. No act of ours made it: its id at the PSP names it. Its fee was
 * booked when it opened, in whichever line the PSP reports it.
 */
export function movementsOfDispute(dispute: BookedDispute): BookedMovement[] {
  const { pspDisputeId: reference, currency, amountMinor, feeMinor, state } = dispute;
  const at = dispute.openedAt ?? dispute.createdAt;
  const base = { reference, pspId: reference, currency, at };
  const taken = dispute.openedAt !== null;
  return [
    { ...base, kind: 'DISPUTE', amountMinor: taken ? -amountMinor : 0n, feeMinor },
    { ...base, kind: 'DISPUTE_WON', amountMinor: state === 'WON' ? amountMinor : 0n },
    { ...base, kind: 'FEE', amountMinor: 0n },
  ];
}

const isMoney = ({ kind }: ReportedLine): boolean => kind === 'DISPUTE' || kind === 'DISPUTE_WON';

/** Lines about disputes are named by the dispute, also its fee: PSPs name the payment, or nothing. */
export function namedByDispute(
  lines: readonly ReportedLine[],
  known: Iterable<string>,
): ReportedLine[] {
  const disputes = new Set([...known, ...lines.filter(isMoney).map(({ pspId }) => pspId)]);
  return lines.map((line) =>
    line.pspId !== '' && (isMoney(line) || (line.kind === 'FEE' && disputes.has(line.pspId)))
      ? { ...line, reference: line.pspId }
      : line,
  );
}

/** True for what a line about a dispute is called. */
export const isOfDispute = ({ reference, pspId }: ReportedLine): boolean =>
  reference !== '' && reference === pspId;

/** Disputes that lines speak of and our books do not yet: they are read again at the PSP before anything is compared. */
export function unheardOf(
  lines: readonly ReportedLine[],
  known: readonly BookedDispute[],
): string[] {
  const byId = new Map(known.map((one) => [one.pspDisputeId, one]));
  const missing = lines.filter((line) => {
    const ours = byId.get(line.pspId);
    if (line.kind === 'DISPUTE') return ours === undefined || ours.openedAt === null;
    return line.kind === 'DISPUTE_WON' && ours?.state !== 'WON';
  });
  return [...new Set(missing.map(({ pspId }) => pspId))].filter((id) => id !== '');
}
