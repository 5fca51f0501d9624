import { Arg, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { orderIds } from '#contracts/ids';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import { looksLikeCardNumber } from '../payments/payment.rules';
import { Refund, RefundCreateInput, RefundCreatePayload, RefundLine } from './refund.types';

@Resolver(() => Refund)
export class RefundResolver {
  @NeedsScope('payments:write')
  @Mutation(() => RefundCreatePayload, {
    nullable: true,
    description: 'Refunds an order: its seller (key scope `payments:write`) or an operator.',
  })
  refundCreate(
    @Arg('input', () => RefundCreateInput, { description: 'What to refund.' })
    input: RefundCreateInput,
    @Ctx() { viewer, refunds, balances }: PaymentsContext,
  ): Promise<Payload<{ refund: Refund }>> {
    return RefundCreatePayload.settle(async () => {
      const orderId = orderIds.parse(input.orderId);
      if (orderId === undefined) throw refuse('NOT_FOUND', { field: ['input', 'orderId'] });
      if (looksLikeCardNumber(input.reason)) throw refuse('CARD_NUMBER_REFUSED');
      const id = await refunds.create(viewer, {
        key: keyOf(input.idempotencyKey),
        orderId,
        trancheId: input.trancheId ?? undefined,
        amount: input.amount == null ? undefined : MoneyInput.toMoney(input.amount),
        lines: input.lines?.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
        reason: input.reason.slice(0, 500),
      });
      const refund = await balances.refund(id);
      if (refund === undefined) throw refuse('NOT_FOUND');
      return { refund };
    });
  }

  @FieldResolver(() => MoneyType, { description: 'How much goes back.' })
  amount(@Root() { amountMinor, currency }: Refund): MoneyType {
    return MoneyType.of(amountMinor, currency);
  }

  @Directive('@listSize(assumedSize: 3)')
  @FieldResolver(() => [RefundLine], { description: 'The goods; empty for a refund by amount.' })
  lines(@Root() { id }: Refund, @Ctx() { load }: PaymentsContext): Promise<RefundLine[]> {
    return load.refundLines.load(id);
  }
}

@Resolver(() => RefundLine)
export class RefundLineResolver {
  @FieldResolver(() => MoneyType, { description: 'What they cost, shipping included.' })
  amount(@Root() { amountMinor, currency }: RefundLine): MoneyType {
    return MoneyType.of(amountMinor, currency);
  }
}
