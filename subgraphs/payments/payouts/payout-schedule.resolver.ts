import { Arg, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { type SellerId, sellerIds } from '#contracts/ids';
import { MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import { CurrencyCode } from '#kernel/graphql/scalars';
import { Seller } from '../balances/balance.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import {
  PayoutSchedule,
  PayoutScheduleUpdateInput,
  PayoutScheduleUpdatePayload,
} from './payout-schedule.types';
import { SCHEDULES_OF, minimumOf, scheduleOf } from './payout.rules';
import { sellerOf } from './payout.resolver';

@Resolver(() => Seller)
export class PayoutScheduleResolver {
  @Directive('@access(perUser: true)')
  @FieldResolver(() => PayoutSchedule, {
    nullable: true,
    description: 'When it is paid out by itself; null for others than its members and operators.',
  })
  async payoutSchedule(
    @Root() seller: Seller,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) currencyCode: string,
    @Ctx() { load }: PaymentsContext,
  ): Promise<PayoutSchedule | null> {
    const id = sellerIds.parse(seller.id);
    return id !== undefined && (await load.actsFor(id)) ? shown(load, id, currencyCode) : null;
  }

  @NeedsScope('payouts:write')
  @Mutation(() => PayoutScheduleUpdatePayload, {
    nullable: true,
    description:
      'Says how often a seller is paid out by itself (its members; key scope `payouts:write`).',
  })
  payoutScheduleUpdate(
    @Arg('input', () => PayoutScheduleUpdateInput, { description: 'Whom and how often.' })
    input: PayoutScheduleUpdateInput,
    @Ctx() { viewer, payoutSchedules, load }: PaymentsContext,
  ): Promise<Payload<{ payoutSchedule: PayoutSchedule }>> {
    return PayoutScheduleUpdatePayload.settle(async () => {
      const { currencyCode: currency, interval: schedule } = input;
      const key = keyOf(input.idempotencyKey);
      const sellerId = sellerOf(input.sellerId);
      await payoutSchedules.update(viewer, { key, sellerId, currency, schedule });
      return { payoutSchedule: await shown(load, sellerId, currency) };
    });
  }
}

async function shown(
  load: PaymentsContext['load'],
  sellerId: SellerId,
  currency: string,
): Promise<PayoutSchedule> {
  const { tier, chosen } = await load.payoutSchedule.load({ sellerId, currency });
  return {
    currencyCode: currency,
    interval: scheduleOf(tier, chosen),
    allowed: SCHEDULES_OF[tier],
    minimum: MoneyType.of(minimumOf(currency), currency),
  };
}
