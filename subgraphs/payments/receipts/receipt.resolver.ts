import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import type { PaymentsContext } from '../payments.context';
import { Payment } from '../payments/payment.types';
import { Refund } from '../refunds/refund.types';
import type { ReceiptRow } from './receipt.entity';
import { receiptNumber, receiptPage } from './receipt.rules';
import { PaymentReceipt } from './receipt.types';

@Resolver(() => Payment)
export class PaymentReceiptResolver {
  @FieldResolver(() => PaymentReceipt, {
    nullable: true,
    description: 'What was written down when it was paid; null before.',
  })
  async receipt(
    @Root() { id, currency, amountMinor }: Payment,
    @Ctx() { load }: PaymentsContext,
  ): Promise<PaymentReceipt | null> {
    const row = await load.receipt.load(id);
    return row === null ? null : shown(row, currency, amountMinor);
  }
}

@Resolver(() => PaymentReceipt)
export class ReceiptRefundsResolver {
  @Directive('@listSize(assumedSize: 3)')
  @FieldResolver(() => [Refund], {
    description:
      'What was given back of it so far, oldest first. Not part of what was written down.',
  })
  refunds(
    @Root() { paymentId }: PaymentReceipt,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Refund[]> {
    return load.refundsByPayment.load(paymentId);
  }
}

function shown(row: ReceiptRow, currency: string, totalMinor: bigint): PaymentReceipt {
  const { number, issuedAt, content, paymentId } = row;
  const money = (minor: string): MoneyType => MoneyType.of(BigInt(minor), currency);
  return {
    ...{ paymentId, issuedAt, number: receiptNumber(number) },
    total: MoneyType.of(totalMinor, currency),
    orders: content.orders.map(
      ({ orderId, sellerId, lines, totalMinor: total, taxMinor: tax }) => ({
        ...{ order: { id: orderId }, sellerId, total: money(total), tax: money(tax) },
        lines: lines.map(({ orderLineId, quantity, amountMinor }) => ({
          ...{ orderLineId, quantity, amount: money(amountMinor) },
        })),
      }),
    ),
    tenders: content.tenders.map(({ amountMinor, isCredit: isBuyerCredit, brand, last4 }) => ({
      ...{ amount: money(amountMinor), isBuyerCredit, brand, last4 },
    })),
    html: receiptPage({ number, issuedAt, currency, content }),
  };
}
