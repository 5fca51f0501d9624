import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '#contracts/ids';

/** A person who can sign in. `email` is folded: trimmed, NFC, lower case. */
@Entity('account')
export class AccountRow {
  @PrimaryColumn({ type: 'text' })
  id!: AccountId;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  displayName!: string;

  /** PHC string of argon2id. */
  @Column({ type: 'text' })
  passwordHash!: string;

  /** Platform roles, e.g. OPERATOR; given by the seed only. */
  @Column({ type: 'text', array: true })
  roles!: string[];

  /** Rises with every change of what the account may do. */
  @Column({ type: 'integer' })
  permVersion!: number;

  @Column({ type: 'timestamptz' })
  createdAt!: Date;
}

/** Failed sign-ins of one e-mail, known or not, so that both cost the same. */
@Entity('signInThrottle')
export class SignInThrottleRow {
  /** SHA-256 of the folded e-mail. */
  @PrimaryColumn({ type: 'text' })
  subject!: string;

  @Column({ type: 'integer' })
  failures!: number;

  @Column({ type: 'timestamptz' })
  firstFailureAt!: Date;

  @Column({ type: 'timestamptz', nullable: true })
  blockedUntil!: Date | null;
}
