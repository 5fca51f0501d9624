import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId, MerchantId } from '#contracts/ids';
import { type Id, idKind } from '#kernel/ids/id';
import type { ApiKeyState } from './api-key.machine';

export const apiKeyIds = idKind('key');
export type ApiKeyId = Id<'key'>;

@Entity('apiKey')
export class ApiKeyRow {
  @PrimaryColumn({ type: 'text' })
  id!: ApiKeyId;

  @Column({ type: 'text' })
  merchantId!: MerchantId;

  @Column({ type: 'text' })
  name!: string;

  /** SHA-256 of the secret, hex. The secret itself is nowhere. */
  @Column({ type: 'text' })
  hash!: string;

  @Column({ type: 'text' })
  last4!: string;

  @Column({ type: 'text', array: true })
  scopes!: string[];

  @Column({ type: 'text' })
  state!: ApiKeyState;

  @Column({ type: 'text' })
  createdBy!: AccountId;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;

  /** What it may spend at once at the gateway; null for what every caller may. */
  @Column({ type: 'integer', nullable: true })
  costBudget!: number | null;

  @Column({ type: 'integer' })
  version!: number;
}
