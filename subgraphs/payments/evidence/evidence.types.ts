import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType } from '#kernel/graphql/connection.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { EvidenceId, EvidenceUploadId } from '../payments.ids';
import type { ContractSnapshotRow } from './contract-snapshot.entity';
import type { EvidenceSide, EvidenceVisibility } from './evidence-chain.rules';
import { EVIDENCE_FIELDS, type EvidenceField } from './evidence-field.rules';
import type { UploadLink } from './evidence-upload.service';
import type { EvidenceRow } from './evidence.entity';

const Fields = enumOf(Object.keys(EVIDENCE_FIELDS) as EvidenceField[]);
registerEnumType(Fields, {
  name: 'DisputeEvidenceField',
  description: 'What evidence is for; a superset of what banks ask for in a chargeback.',
  valuesConfig: Object.fromEntries(
    Object.entries(EVIDENCE_FIELDS).map(([field, { doc }]) => [field, { description: doc }]),
  ),
});

const Sides = enumOf(['BUYER', 'SELLER', 'OPERATOR', 'SYSTEM'] as const);
registerEnumType(Sides, {
  name: 'DisputeEvidenceSide',
  description: 'Who added evidence.',
  valuesConfig: {
    BUYER: { description: 'The buyer.' },
    SELLER: { description: 'The seller’s side.' },
    OPERATOR: { description: 'An operator of the platform.' },
    SYSTEM: { description: 'The platform itself: what it knows of the order.' },
  },
});

const Visibilities = enumOf(['PARTIES', 'OPERATORS'] as const);
registerEnumType(Visibilities, {
  name: 'DisputeEvidenceVisibility',
  description: 'Who may see evidence.',
  valuesConfig: {
    PARTIES: { description: 'Both parties, operators and auditors.' },
    OPERATORS: { description: 'Operators, auditors and the side that added it.' },
  },
});

@ObjectType({
  implements: NodeType,
  description: 'One piece of evidence. It never changes; its hash vouches for all before it.',
})
export class DisputeEvidence
  extends NodeType
  implements
    Pick<
      EvidenceRow,
      | 'id'
      | 'number'
      | 'field'
      | 'side'
      | 'visibility'
      | 'contentHash'
      | 'contentType'
      | 'size'
      | 'fileName'
      | 'addedAt'
      | 'prevHash'
      | 'entryHash'
    >
{
  declare id: EvidenceId;

  @Field(() => Int, { description: 'Its place in the case, from 1.' })
  number!: number;

  @Field(() => Fields, { description: 'What it is for.' })
  field!: EvidenceField;

  @Field(() => Sides, { description: 'Who added it.' })
  side!: EvidenceSide;

  @Field(() => Visibilities, { description: 'Who may see it.' })
  visibility!: EvidenceVisibility;

  @Field(() => String, { name: 'sha256', description: 'SHA-256 of its bytes, hexadecimal.' })
  contentHash!: string;

  @Field(() => String, { description: 'What its bytes are, e.g. `image/png`.' })
  contentType!: EvidenceRow['contentType'];

  @Field(() => Int, { description: 'Bytes.' })
  size!: number;

  @Field(() => String, { nullable: true, description: 'As it was uploaded; null for text.' })
  fileName!: string | null;

  @Field(() => DateTime, { description: 'When it was added.' })
  addedAt!: Date;

  @Field(() => String, { description: 'Hash of the entry before; zeros for the first.' })
  prevHash!: string;

  @Field(() => String, {
    description: 'SHA-256 of `prevHash` and the canonical JSON of the entry, hexadecimal.',
  })
  entryHash!: string;
}

@ObjectType({
  description: 'What both parties accepted, word for word. Buyer, seller, operators, auditors.',
})
export class ContractSnapshot implements Pick<ContractSnapshotRow, 'hash' | 'text' | 'receivedAt'> {
  @Field(() => String, { description: 'SHA-256 of the text, hexadecimal: it was paid under this.' })
  hash!: string;

  @Field(() => String, { description: 'Canonical JSON (RFC 8785) of the contract.' })
  text!: string;

  @Field(() => DateTime, { description: 'When it came here.' })
  receivedAt!: Date;
}

@ObjectType({ description: 'A place for one file of evidence. Only for who asked for it.' })
export class DisputeEvidenceUpload implements UploadLink {
  @Field(() => ID, { description: 'Name it in `disputeEvidenceAdd` when the bytes are there.' })
  id!: EvidenceUploadId;

  @Field(() => String, {
    description: '`PUT` the bytes to this path of this server, at most 20 MiB.',
  })
  path!: string;

  @Field(() => DateTime, { description: 'Until when.' })
  expiresAt!: Date;
}

@InputType({ description: 'A file that is about to be sent.' })
export class DisputeEvidenceUploadCreateInput {
  @Field(() => ID, { description: 'The dispute or chargeback.' })
  caseId!: string;

  @Field(() => String, {
    description: '`image/png`, `image/jpeg`, `image/webp`, `application/pdf` or `text/plain`.',
  })
  contentType!: string;

  @Field(() => String, { description: '1 to 120 characters.' })
  fileName!: string;

  @Field(() => String, { description: 'Same key, same place.' })
  idempotencyKey!: string;
}

export const DisputeEvidenceUploadCreatePayload = payloadType<{ upload: DisputeEvidenceUpload }>(
  'DisputeEvidenceUploadCreate',
  codesOf('NOT_FOUND', 'EVIDENCE_CLOSED', 'EVIDENCE_REFUSED'),
  { upload: { type: () => DisputeEvidenceUpload, description: 'Where to put the bytes.' } },
);

@InputType({ description: 'A text, or a file that was uploaded for this case; not both.' })
export class DisputeEvidenceAddInput {
  @Field(() => ID, { description: 'The dispute or chargeback.' })
  caseId!: string;

  @Field(() => Fields, { description: 'What it is for.' })
  field!: EvidenceField;

  @Field(() => Visibilities, { defaultValue: 'PARTIES', description: 'Who may see it.' })
  visibility!: EvidenceVisibility;

  @Field(() => String, { nullable: true, description: 'At most 20,000 characters.' })
  text?: string | null;

  @Field(() => ID, { nullable: true, description: 'The upload whose bytes are there.' })
  uploadId?: string | null;

  @Field(() => String, { description: 'Same key, same evidence.' })
  idempotencyKey!: string;
}

export const DisputeEvidenceAddPayload = payloadType<{ evidence: DisputeEvidence }>(
  'DisputeEvidenceAdd',
  codesOf('NOT_FOUND', 'EVIDENCE_CLOSED', 'EVIDENCE_REFUSED', 'CARD_NUMBER_REFUSED'),
  { evidence: { type: () => DisputeEvidence, description: 'As it was added.' } },
);
