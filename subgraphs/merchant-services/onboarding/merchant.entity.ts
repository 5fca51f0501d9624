import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, MerchantId, SellerId } from '#contracts/ids';
import type { VerificationState } from './merchant.machine';
import type { LegalProfile } from './requirement.rules';

@Entity('merchant')
export class MerchantRow implements LegalProfile {
  @PrimaryColumn({ type: 'text' })
  id!: MerchantId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  handle!: string;

  @Column({ type: 'text' })
  displayName!: string;

  @Column({ type: 'text' })
  country!: string;

  @Column({ type: 'text' })
  state!: VerificationState;

  @Column({ type: 'integer' })
  level!: number;

  @Column({ type: 'text', nullable: true })
  entityType!: string | null;

  @Column({ type: 'text', nullable: true })
  legalName!: string | null;

  @Column({ type: 'text', nullable: true })
  registrationNumber!: string | null;

  @Column({ type: 'text', nullable: true })
  address!: string | null;

  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column({ type: 'text', nullable: true })
  phone!: string | null;

  @Column({ type: 'text', nullable: true })
  reviewReason!: string | null;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  verifiedAt!: Date | null;
}

@Entity('member')
export class MemberRow {
  @PrimaryColumn({ type: 'text' })
  merchantId!: MerchantId;

  @PrimaryColumn({ type: 'text' })
  accountId!: AccountId;

  @Column({ type: 'text' })
  role!: 'OWNER' | 'ADMIN' | 'VIEWER';

  @Column({ type: 'timestamptz' })
  joinedAt!: Date;
}
