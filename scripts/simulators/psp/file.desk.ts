import { randomBytes } from 'node:crypto';
import { type Call, type Change } from '../shared/http.routes';
import { Refusal } from '../shared/refusal';
import { hashOf } from '../shared/sent.body';
import { refuseCardNumbers } from './card.number';
import { type EvidenceFile, type PspFact } from './psp.facts';
import { type PspState } from './psp.state';

const TYPES = ['application/pdf', 'image/jpeg', 'image/png'];
const MAX_BYTES = 5_000_000;

/** Fields of evidence that name a file. Each takes one. */
const FILE_FIELDS = new Set([
  ...['cancellation_policy', 'customer_communication', 'customer_signature'],
  ...['duplicate_charge_documentation', 'receipt', 'refund_policy', 'service_documentation'],
  ...['shipping_documentation', 'uncategorized_file'],
]);
/** What all files of one answer may have together. */
const MAX_TOGETHER = 4_500_000;

/** Files that merchants send as evidence. Their bytes are looked at and not kept: the hash tells which they were. */
export class FileDesk {
  constructor(
    private readonly state: PspState,
    private readonly now: () => number,
  ) {}

  create({ files }: Pick<Call, 'files'>): Change<PspFact> & { body: EvidenceFile } {
    const [sent, ...others] = files;
    if (sent === undefined || others.length > 0) {
      throw new Refusal(400, 'FILE_MISSING', 'send one file');
    }
    refuseCardNumbers([sent.name]);
    if (!TYPES.includes(sent.type)) {
      throw new Refusal(400, 'FILE_TYPE_INVALID', `one of ${TYPES.join(', ')}`);
    }
    const { length: size } = sent.bytes;
    if (size === 0 || size > MAX_BYTES) {
      throw new Refusal(400, 'FILE_SIZE_INVALID', `1 to ${String(MAX_BYTES)} bytes`);
    }
    const file: EvidenceFile = {
      id: `file_sim_${randomBytes(12).toString('hex')}`,
      object: 'file',
      name: sent.name,
      type: sent.type,
      size,
      sha256: hashOf(sent.bytes),
      createdAt: new Date(this.now()).toISOString(),
    };
    return { status: 200, body: file, facts: [{ kind: 'file.put', file }] };
  }

  /** Refuses evidence with files that nobody sent, or that are too much together. */
  check(evidence: Readonly<Record<string, string>>): void {
    const named = Object.entries(evidence).filter(([field]) => FILE_FIELDS.has(field));
    const sizes = named.map(([, id]) => this.state.file(id).size);
    if (sizes.reduce((sum, size) => sum + size, 0) > MAX_TOGETHER) {
      throw new Refusal(400, 'FILES_TOO_LARGE', `at most ${String(MAX_TOGETHER)} bytes together`);
    }
  }
}
