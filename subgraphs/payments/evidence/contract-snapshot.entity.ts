import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderId } from '#contracts/ids';

/** What both parties of an order accepted, word for word. Never changes. */
@Entity('contractSnapshot')
export class ContractSnapshotRow {
  @PrimaryColumn({ type: 'text' })
  orderId!: OrderId;

  /** SHA-256 of the text: the hash that was funded. */
  @Column({ type: 'text' })
  hash!: string;

  /** Canonical JSON (see `order-contract.ts`). */
  @Column({ type: 'text' })
  text!: string;

  @Column({ type: 'timestamptz' })
  receivedAt!: Date;
}
