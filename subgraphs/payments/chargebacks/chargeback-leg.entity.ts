import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TransferCodeName } from '../ledger/ledger.rules';
import type { ChargebackPartId, SellerHoldId } from '../payments.ids';

/** One account that a part was taken out of, so that it can be put back exactly. Never changes. */
@Entity('chargebackLeg')
export class ChargebackLegRow {
  /** The transfer in the ledger. */
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  partId!: ChargebackPartId;

  @Column({ type: 'text' })
  code!: TransferCodeName;

  @Column({ type: 'bigint' })
  accountId!: bigint;

  @Column({ type: 'bigint' })
  amountMinor!: bigint;

  /** The seller's waiting money that it came from. */
  @Column({ type: 'text', nullable: true })
  sellerHoldId!: SellerHoldId | null;

  /** The payment on an advance that it made outstanding again. */
  @Column({ type: 'text', nullable: true })
  remittanceId!: string | null;
}
