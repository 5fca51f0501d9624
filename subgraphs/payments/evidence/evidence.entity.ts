import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EvidenceId, EvidencePartId, EvidenceUploadId } from '../payments.ids';
import type { ChainedEntry, EvidenceSide, EvidenceVisibility } from './evidence-chain.rules';
import type { EvidenceField } from './evidence-field.rules';
import type { EvidenceType } from './evidence-type.rules';

/** One piece of evidence of a case. Never changes; each names the hash of the one before. */
@Entity('evidence')
export class EvidenceRow implements ChainedEntry {
  @PrimaryColumn({ type: 'text' })
  id!: EvidenceId;

  /** A dispute or a chargeback. */
  @Column({ type: 'text' })
  caseId!: string;

  @Column({ type: 'integer' })
  number!: number;

  @Column({ type: 'text' })
  field!: EvidenceField;

  @Column({ type: 'text' })
  side!: EvidenceSide;

  @Column({ type: 'text' })
  uploadedBy!: string;

  @Column({ type: 'text' })
  visibility!: EvidenceVisibility;

  @Column({ type: 'text' })
  contentHash!: string;

  @Column({ type: 'text' })
  contentType!: EvidenceType;

  @Column({ type: 'integer' })
  size!: number;

  @Column({ type: 'text', nullable: true })
  fileName!: string | null;

  @Column({ type: 'timestamptz' })
  addedAt!: Date;

  @Column({ type: 'text' })
  prevHash!: string;

  @Column({ type: 'text' })
  entryHash!: string;
}

/** The bytes of evidence under their SHA-256: equal content is kept once. Never changes. */
@Entity('evidenceBlob')
export class EvidenceBlobRow {
  @PrimaryColumn({ type: 'text' })
  hash!: string;

  @Column({ type: 'text' })
  contentType!: EvidenceType;

  @Column({ type: 'integer' })
  size!: number;

  @Column({ type: 'bytea' })
  content!: Buffer;
}

/** A piece of a file that is being put. It goes with the attempt, or with the upload after a kill. */
@Entity('evidencePart')
export class EvidencePartRow {
  @PrimaryColumn({ type: 'text' })
  attemptId!: EvidencePartId;

  @PrimaryColumn({ type: 'integer' })
  number!: number;

  @Column({ type: 'text' })
  uploadId!: EvidenceUploadId;

  @Column({ type: 'bytea' })
  bytes!: Buffer;
}

/** A file on its way into a case. Its row goes when it is added, or after an hour. */
@Entity('evidenceUpload')
export class EvidenceUploadRow {
  @PrimaryColumn({ type: 'text' })
  id!: EvidenceUploadId;

  @Column({ type: 'text' })
  caseId!: string;

  @Column({ type: 'text' })
  uploadedBy!: string;

  /** What the uploader says that it is; the bytes must agree. */
  @Column({ type: 'text' })
  contentType!: EvidenceType;

  @Column({ type: 'text' })
  fileName!: string;

  /** Null until the bytes are here. */
  @Column({ type: 'text', nullable: true })
  hash!: string | null;

  @Column({ type: 'bytea', nullable: true })
  content!: Buffer | null;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}
