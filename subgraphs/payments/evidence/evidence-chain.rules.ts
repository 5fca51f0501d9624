import { type Json, canonicalText, sha256 } from '#kernel/json/canonical';
import type { EvidenceField } from './evidence-field.rules';
import type { EvidenceType } from './evidence-type.rules';

/** Who put evidence into a case. */
export type EvidenceSide = 'BUYER' | 'SELLER' | 'OPERATOR' | 'SYSTEM';
/** Who may see it: both parties, or operators, auditors and the side that added it. */
export type EvidenceVisibility = 'PARTIES' | 'OPERATORS';

/** All that an entry's hash vouches for. */
export interface EvidenceEntry {
  readonly id: string;
  readonly caseId: string;
  /** Its place in the chain, from 1. */
  readonly number: number;
  readonly field: EvidenceField;
  readonly side: EvidenceSide;
  /** Account or key; `system` for what the platform added. */
  readonly uploadedBy: string;
  readonly visibility: EvidenceVisibility;
  readonly contentHash: string;
  readonly contentType: EvidenceType;
  readonly size: number;
  readonly fileName: string | null;
  readonly addedAt: Date;
}

/** An entry with its link to the one before. */
export interface ChainedEntry extends EvidenceEntry {
  readonly prevHash: string;
  readonly entryHash: string;
}

/** What stands before the first entry. */
export const CHAIN_START = '0'.repeat(64);

/** An entry as JSON says it: the instant is text. */
export type EntryJson = Omit<EvidenceEntry, 'addedAt'> & { readonly addedAt: string };

export const entryJson = (entry: EvidenceEntry): EntryJson => ({
  id: entry.id,
  caseId: entry.caseId,
  number: entry.number,
  field: entry.field,
  side: entry.side,
  uploadedBy: entry.uploadedBy,
  visibility: entry.visibility,
  contentHash: entry.contentHash,
  contentType: entry.contentType,
  size: entry.size,
  fileName: entry.fileName,
  addedAt: entry.addedAt.toISOString(),
});

/** SHA-256 of the hash before and the canonical JSON of the entry. */
export const hashOfEntry = (prevHash: string, entry: { readonly [member: string]: Json }): string =>
  sha256(prevHash + canonicalText(entry));

/** Links an entry to the end of a chain. */
export const chained = (prevHash: string, entry: EvidenceEntry): ChainedEntry => ({
  ...entry,
  prevHash,
  entryHash: hashOfEntry(prevHash, entryJson(entry)),
});

/** The number of the first entry that does not hold, whatever was changed in or around it; undefined when all hold. */
export function firstBrokenEntry(entries: readonly ChainedEntry[]): number | undefined {
  let prevHash = CHAIN_START;
  for (const [n, entry] of entries.entries()) {
    const holds = entry.number === n + 1 && entry.prevHash === prevHash;
    if (!holds || entry.entryHash !== hashOfEntry(prevHash, entryJson(entry))) return n + 1;
    prevHash = entry.entryHash;
  }
  return undefined;
}
