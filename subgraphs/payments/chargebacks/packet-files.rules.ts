import { EVIDENCE_FIELDS, type EvidenceField } from '../evidence/evidence-field.rules';
import type { EvidenceFileLimits, EvidencePiece } from '../psp/psp.port';

/** A file that the seller's side or an operator filed. */
export interface FiledFile {
  readonly field: EvidenceField;
  readonly hash: string;
  readonly contentType: string;
  readonly size: number;
  readonly name: string;
  /** Filed in the bank's case itself, not in a dispute about its orders. */
  readonly isOwn: boolean;
}

/** What goes to the bank, and what is said of it and of the rest. */
export interface ChosenFiles {
  readonly files: readonly EvidencePiece[];
  readonly notes: readonly string[];
}

/** The bank's fields for files, what convinces it most first: they get their place when not all fit. */
const SLOTS = [
  ...['shipping_documentation', 'customer_signature', 'customer_communication', 'receipt'],
  ...['service_documentation', 'duplicate_charge_documentation', 'refund_policy'],
  ...['cancellation_policy', 'uncategorized_file'],
];

/**
 * One file for each of the bank's fields: what was filed for its case before what was filed in a dispute, the newer
 * before the older; the next one if the PSP does not take it or it does not fit. The rest is named in the text, so that
 * the bank can ask for it.
 */
export function chooseFiles(filed: readonly FiledFile[], limits: EvidenceFileLimits): ChosenFiles {
  const best = [...filed].reverse().sort((a, b) => Number(b.isOwn) - Number(a.isOwn));
  let left = limits.maxBytesTogether;
  const files: EvidencePiece[] = [];
  const chosen = new Set<FiledFile>();
  for (const slot of SLOTS) {
    const one = best.find(
      ({ field, contentType, size }) =>
        EVIDENCE_FIELDS[field].file === slot &&
        limits.types.includes(contentType) &&
        size <= Math.min(left, limits.maxBytes),
    );
    if (one === undefined) continue;
    const { hash, name, contentType, size } = one;
    left -= size;
    files.push({ slot, hash, name, contentType });
    chosen.add(one);
  }
  const sent = new Set(files.map(({ hash }) => hash));
  const rest = filed.filter((one) => !chosen.has(one) && !sent.has(one.hash));
  return {
    files,
    notes: [
      ...[...chosen].map((one) => `Enclosed: ${named(one)}`),
      ...rest.map((one) => `Not enclosed, to be had from us: ${named(one)}`),
    ],
  };
}

const named = ({ field, name, hash }: FiledFile): string => `${field} ${name} (SHA-256 ${hash})`;
