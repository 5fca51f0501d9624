import type { Viewer } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { sha256 } from '#kernel/json/canonical';
import { type SellerService, actorOf } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import { evidenceIds } from '../payments.ids';
import { looksLikeCardNumber } from '../payments/payment.rules';
import { type CaseLookup, type EvidenceCase, writerSideOf } from './evidence-case.service';
import {
  CHAIN_START,
  type EvidenceEntry,
  type EvidenceSide,
  type EvidenceVisibility,
  chained,
} from './evidence-chain.rules';
import { type EvidenceField, takes } from './evidence-field.rules';
import { takeUpload } from './evidence-upload.service';
import { type EvidenceType, textOf } from './evidence-type.rules';
import type { EvidenceRow } from './evidence.entity';

/**
 * So many entries a side has in a case at most: more is noise. Each side has its own, so that neither can shut the other
 * out. What the platform files by itself is little.
 */
const MOST_ENTRIES: Readonly<Partial<Record<EvidenceSide, number>>> = {
  BUYER: 80,
  SELLER: 80,
  OPERATOR: 200,
};
/** Longest text that is given as such; a longer one comes as a file. */
const MAX_TEXT = 20_000;

/** Content that is kept under its hash. */
export interface KeptContent {
  readonly contentHash: string;
  readonly contentType: EvidenceType;
  readonly size: number;
  readonly fileName: string | null;
}

/** What somebody puts into a case: a text, or a file that was uploaded for it. */
export interface EvidenceInput {
  readonly key: string;
  readonly caseId: string;
  readonly field: EvidenceField;
  readonly visibility: EvidenceVisibility;
  readonly text?: string | undefined;
  readonly uploadId?: string | undefined;
}

const INSERT = `
  insert into evidence (id, "caseId", number, field, side, "uploadedBy", visibility, "contentHash",
    "contentType", size, "fileName", "addedAt", "prevHash", "entryHash")
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  returning *`;

/** Keeps a text under its hash. */
async function keepText(tx: Tx, text: string): Promise<KeptContent> {
  const content = Buffer.from(text, 'utf8');
  const kept = { contentHash: sha256(content), contentType: 'text/plain', size: content.length };
  await tx.query(
    `insert into "evidenceBlob" (hash, "contentType", size, content) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [kept.contentHash, kept.contentType, kept.size, content],
  );
  return { ...kept, contentType: 'text/plain', fileName: null };
}

/** Adds kept content to the end of a locked case's chain. */
async function addEvidenceIn(
  tx: Tx,
  { caseId }: Pick<EvidenceCase, 'caseId'>,
  said: Pick<EvidenceEntry, 'field' | 'side' | 'uploadedBy' | 'visibility'>,
  content: KeptContent,
): Promise<EvidenceRow> {
  const last = await tx.first<{ number: number; entryHash: string; filed: number }>(
    `select number, "entryHash",
       (select count(*)::int from evidence where "caseId" = $1 and side = $2) as filed
     from evidence where "caseId" = $1 order by number desc limit 1`,
    [caseId, said.side],
  );
  const most = MOST_ENTRIES[said.side];
  if (most !== undefined && (last?.filed ?? 0) >= most) {
    const message = `No more than ${String(most)} entries of one side are taken in a case.`;
    throw refuse('EVIDENCE_REFUSED', { field: ['input', 'caseId'], message });
  }
  const number = (last?.number ?? 0) + 1;
  const id = evidenceIds.create();
  const link = chained(last?.entryHash ?? CHAIN_START, {
    ...{ id, caseId, number, ...said, ...content },
    addedAt: tx.now,
  });
  const row = await tx.first<EvidenceRow>(INSERT, [
    ...[link.id, link.caseId, link.number, link.field, link.side, link.uploadedBy],
    ...[link.visibility, link.contentHash, link.contentType, link.size, link.fileName],
    ...[link.addedAt, link.prevHash, link.entryHash],
  ]);
  if (row === undefined) throw new Error('the evidence was not inserted');
  return row;
}

/** What the platform itself knows about a case. */
export const addOwnEvidenceIn = async (
  tx: Tx,
  theCase: Pick<EvidenceCase, 'caseId'>,
  field: EvidenceField,
  text: string,
): Promise<EvidenceRow> =>
  addEvidenceIn(
    tx,
    theCase,
    { field, side: 'SYSTEM', uploadedBy: 'system', visibility: 'PARTIES' },
    await keepText(tx, text),
  );

/** Evidence that people put into cases, and who may see it. */
export class EvidenceService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly lookup: CaseLookup,
  ) {}

  /** Adds to an open case: its buyer, its seller's side with `payments:write`, or an operator. Once per key. */
  async add(viewer: Viewer, { key, ...input }: EvidenceInput): Promise<EvidenceRow> {
    const actor = actorOf(viewer);
    const added = await this.db.transaction(viewer, (tx) =>
      once(tx, { scope: `${actor}:disputeEvidenceAdd`, key, input }, async () => {
        const { side, theCase } = await this.lockFor(tx, viewer, input.caseId);
        const content = await contentOf(tx, actor, input);
        const { field, visibility } = input;
        const said = { field, side, uploadedBy: actor, visibility };
        const { id } = await addEvidenceIn(tx, theCase, said, content);
        await theCase.added();
        return id;
      }),
    );
    const row = await this.db.first<EvidenceRow>('select * from evidence where id = $1', [added]);
    if (row === undefined) throw new Error(`there is no ${added}`);
    return row;
  }

  /** Locks an open case for somebody who is one of its sides. Strangers find nothing. */
  async lockFor(
    tx: Tx,
    viewer: Viewer,
    caseId: string,
  ): Promise<{ readonly theCase: EvidenceCase; readonly side: EvidenceSide }> {
    const theCase = await this.lookup(tx, caseId);
    const side = theCase && (await writerSideOf(tx, viewer, theCase, this.sellers));
    const field = ['input', 'caseId'];
    if (theCase === undefined || side === undefined) throw refuse('NOT_FOUND', { field });
    if (!theCase.open) throw refuse('EVIDENCE_CLOSED', { field });
    return { theCase, side };
  }

  /** Texts of evidence by content hash; files have none. */
  async texts(rows: readonly EvidenceRow[]): Promise<ReadonlyMap<string, string>> {
    const hashes = rows.filter((row) => row.contentType === 'text/plain');
    const blobs = await this.db.query<{ hash: string; content: Buffer }>(
      'select hash, content from "evidenceBlob" where hash = any ($1)',
      [hashes.map(({ contentHash }) => contentHash)],
    );
    return new Map(blobs.map(({ hash, content }) => [hash, textOf(content) ?? '']));
  }
}

/** Takes over what was given: exactly one of text and upload, of a kind that the field takes. */
async function contentOf(
  tx: Tx,
  actor: string,
  { caseId, field, text, uploadId }: Omit<EvidenceInput, 'key'>,
): Promise<KeptContent> {
  if ((text === undefined) === (uploadId === undefined)) throw refused('text');
  if (text === undefined) {
    const content = await takeUpload(tx, { id: uploadId ?? '', caseId, uploadedBy: actor });
    if (!takes(field, content.contentType === 'text/plain')) throw refused('field');
    return content;
  }
  const printable = textOf(Buffer.from(text, 'utf8')) === text;
  if (!printable || text.trim() === '' || text.length > MAX_TEXT) throw refused('text');
  if (!takes(field, true)) throw refused('field');
  if (looksLikeCardNumber(text)) {
    throw refuse('CARD_NUMBER_REFUSED', { field: ['input', 'text'] });
  }
  return keepText(tx, text);
}

const refused = (field: string) => refuse('EVIDENCE_REFUSED', { field: ['input', field] });
