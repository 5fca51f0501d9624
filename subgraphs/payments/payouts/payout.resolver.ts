import {
  Arg,
  Args,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { type SellerId, payoutIds, sellerIds } from '#contracts/ids';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import type { LiveUpdate } from '#kernel/graphql/live.types';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import { Cursor } from '#kernel/graphql/scalars';
import { BalanceTransaction, Seller } from '../balances/balance.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import {
  Payout,
  PayoutCancelInput,
  PayoutCancelPayload,
  PayoutConnection,
  PayoutCreateInput,
  PayoutCreatePayload,
  PayoutUpdate,
} from './payout.types';

@Resolver(() => Payout)
export class PayoutResolver {
  @Query(() => Payout, {
    nullable: true,
    description: 'One payout; null unless the caller acts for its seller or is an operator.',
  })
  async payout(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { load, grants }: PaymentsContext,
  ): Promise<Payout | null> {
    const payout = await load.payout.load(id);
    if (payout !== null) await load.grantToSeller(grants, payout.id, payout.sellerId);
    return payout;
  }

  @Directive(
    '@live(topics: ["payout:{id}"], query: "payout", delivery: "LOSSLESS", share: "PARTY")',
  )
  @NeedsScope('payments:read')
  @Subscription(() => PayoutUpdate, {
    topics: ['live'],
    nullable: true,
    description: 'What happens to one payout, as it commits; for those who may read it.',
  })
  payoutUpdated(
    @Root() update: LiveUpdate,
    @Arg('id', () => ID, { description: 'Which.' }) _id: string,
    @Arg('after', () => Cursor, { nullable: true, description: 'Go on behind this message.' })
    _after?: string,
  ): LiveUpdate {
    return update;
  }

  @Query(() => PayoutConnection, {
    nullable: true,
    description: 'A seller’s payouts, newest first; null for strangers.',
  })
  async payouts(
    @Arg('sellerId', () => ID, { description: 'Whose.' }) sellerId: string,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { load, balances }: PaymentsContext,
  ): Promise<Connection<Payout> | null> {
    const id = sellerIds.parse(sellerId);
    if (id === undefined || !(await load.actsFor(id))) return null;
    const page = pageRequest(args);
    return connectionOf<Payout>(await balances.payouts(id, page), page, (row) => [row.id]);
  }

  @NeedsScope('payouts:write')
  @Mutation(() => PayoutCreatePayload, {
    nullable: true,
    description: 'Pays a seller out (its members; key scope `payouts:write`).',
  })
  payoutCreate(
    @Arg('input', () => PayoutCreateInput, { description: 'Whom and how much.' })
    input: PayoutCreateInput,
    @Ctx() { viewer, payouts, balances }: PaymentsContext,
  ): Promise<Payload<{ payout: Payout }>> {
    return PayoutCreatePayload.settle(async () => {
      const { amount, speed } = input;
      const currency = currencyOf(input);
      const id = await payouts.create(viewer, {
        key: keyOf(input.idempotencyKey),
        sellerId: sellerOf(input.sellerId),
        currency,
        amount: amount == null ? undefined : MoneyInput.toMoney(amount),
        speed,
      });
      return { payout: await found(balances, id) };
    });
  }

  @NeedsScope('payouts:write')
  @Mutation(() => PayoutCancelPayload, {
    nullable: true,
    description:
      'Takes back a payout that was not sent yet (the seller’s members; key scope `payouts:write`).',
  })
  payoutCancel(
    @Arg('input', () => PayoutCancelInput, { description: 'Which.' }) input: PayoutCancelInput,
    @Ctx() { viewer, payouts, balances }: PaymentsContext,
  ): Promise<Payload<{ payout: Payout }>> {
    return PayoutCancelPayload.settle(async () => {
      const key = keyOf(input.idempotencyKey);
      const payoutId = payoutIds.parse(input.payoutId);
      if (payoutId === undefined) throw refuse('NOT_FOUND', { field: ['input', 'payoutId'] });
      await payouts.cancel(viewer, { key, payoutId });
      return { payout: await found(balances, payoutId) };
    });
  }

  @FieldResolver(() => MoneyType, { description: 'How much.' })
  amount(@Root() { amountMinor, currency }: Payout): MoneyType {
    return MoneyType.of(amountMinor, currency);
  }

  @FieldResolver(() => MoneyType, { description: 'What it cost the seller, besides.' })
  fee(@Root() { feeMinor, currency }: Payout): MoneyType {
    return MoneyType.of(feeMinor, currency);
  }

  @FieldResolver(() => [BalanceTransaction], {
    description: 'The lines that it paid the last of; each line belongs to one payout.',
  })
  lines(@Root() { id }: Payout, @Ctx() { load }: PaymentsContext): Promise<BalanceTransaction[]> {
    return load.payoutLines.load(id);
  }

  @FieldResolver(() => Seller, { description: 'Who is paid.' })
  seller(@Root() { sellerId }: Payout): Seller {
    return { id: sellerId };
  }
}

/** The currency of an input: the amount's, or the one that stands for it. */
export function currencyOf({
  amount,
  currencyCode,
}: Pick<PayoutCreateInput, 'amount' | 'currencyCode'>): string {
  const currency = amount?.currencyCode ?? currencyCode;
  if (currency != null && currency === (currencyCode ?? currency)) return currency;
  throw refuse('AMOUNT_INVALID', { field: ['input', 'currencyCode'] });
}

/** The seller of an input; what is no seller's id is not found. */
export function sellerOf(text: string): SellerId {
  const id = sellerIds.parse(text);
  if (id === undefined) throw refuse('NOT_FOUND', { field: ['input', 'sellerId'] });
  return id;
}

async function found(balances: PaymentsContext['balances'], id: string): Promise<Payout> {
  const payout = await balances.payout(id);
  if (payout === undefined) throw refuse('NOT_FOUND');
  return payout;
}
