import { Directive, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { PaymentsContext } from '../payments.context';
import { Payment } from '../payments/payment.types';
import { Refund } from '../refunds/refund.types';
import { Escrow, Order } from './escrow.types';

@Resolver(() => Order)
export class OrderMoneyResolver {
  @FieldResolver(() => Escrow, {
    nullable: true,
    description: 'The order’s money; null for strangers, and until payments knows the order.',
  })
  escrow(@Root() { id }: Order, @Ctx() { load }: PaymentsContext): Promise<Escrow | null> {
    return load.escrowByOrder.load(id);
  }

  @FieldResolver(() => Payment, {
    nullable: true,
    description: 'How the buyer paid; null for others than the buyer and operators.',
  })
  async payment(@Root() { id }: Order, @Ctx() { load }: PaymentsContext): Promise<Payment | null> {
    const escrow = await load.escrowByOrder.load(id);
    return escrow === null ? null : load.paymentByGroup.load(escrow.orderGroupId);
  }

  @Directive('@listSize(assumedSize: 3)')
  @FieldResolver(() => [Refund], {
    nullable: true,
    description: 'Refunds of this order, oldest first; null for strangers.',
  })
  async refunds(@Root() { id }: Order, @Ctx() { load }: PaymentsContext): Promise<Refund[] | null> {
    const escrow = await load.escrowByOrder.load(id);
    return escrow === null ? null : load.refundsByOrder.load(id);
  }
}
