import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderId, OrderLineId, ProductId, SellerId } from '#contracts/ids';
import { type Id, idKind } from '#kernel/ids/id';
import type { LineShare, OrderMoney } from './profit.rules';

export const profitIds = idKind('ppf');
export type ProfitId = Id<'ppf'>;

@Entity('productProfit')
export class ProductProfitRow {
  @PrimaryColumn({ type: 'text' })
  id!: ProfitId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  productId!: ProductId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'text' })
  title!: string;
}

@Entity('orderMoney')
export class OrderMoneyRow implements OrderMoney {
  @PrimaryColumn({ type: 'text' })
  orderId!: OrderId;

  @Column({ type: 'text' })
  sellerId!: SellerId;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint' })
  fundedMinor!: bigint;

  @Column({ type: 'bigint' })
  refundedMinor!: bigint;

  @Column({ type: 'bigint' })
  commissionMinor!: bigint;

  @Column({ type: 'bigint' })
  taxMinor!: bigint;

  @Column({ type: 'bigint' })
  labelMinor!: bigint;
}

@Entity('soldLine')
export class SoldLineRow implements LineShare {
  @PrimaryColumn({ type: 'text' })
  orderLineId!: OrderLineId;

  @Column({ type: 'text' })
  orderId!: OrderId;

  @Column({ type: 'text' })
  profitId!: ProfitId;

  @Column({ type: 'integer' })
  quantity!: number;

  /** Goods and shipping charged: the weight by which the order's money is shared. */
  @Column({ type: 'bigint' })
  valueMinor!: bigint;

  @Column({ type: 'bigint' })
  soldMinor!: bigint;

  @Column({ type: 'bigint' })
  refundedMinor!: bigint;

  @Column({ type: 'bigint' })
  commissionMinor!: bigint;

  @Column({ type: 'bigint' })
  taxMinor!: bigint;

  @Column({ type: 'bigint' })
  labelMinor!: bigint;
}
