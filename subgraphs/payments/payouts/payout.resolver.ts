import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type SellerId, sellerIds } from '#contracts/ids';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import { Seller } from '../balances/balance.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import {
  Payout,
  PayoutAccount,
  PayoutAccountCreateInput,
  PayoutAccountCreatePayload,
  PayoutConnection,
  PayoutCreateInput,
  PayoutCreatePayload,
} from './payout.types';

@Resolver(() => Payout)
export class PayoutResolver {
  @Query(() => Payout, {
    nullable: true,
    description: 'One payout; null unless the caller acts for its seller or is an operator.',
  })
  payout(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Payout | null> {
    return load.payout.load(id);
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

  @Mutation(() => PayoutAccountCreatePayload, {
    nullable: true,
    description: 'Sets where a seller’s payouts go (its members; key scope `payouts:write`).',
  })
  payoutAccountCreate(
    @Arg('input', () => PayoutAccountCreateInput, { description: 'Whose and where.' })
    input: PayoutAccountCreateInput,
    @Ctx() { viewer, payouts, balances }: PaymentsContext,
  ): Promise<Payload<{ payoutAccount: PayoutAccount }>> {
    return PayoutAccountCreatePayload.settle(async () => {
      const id = await payouts.createAccount(viewer, {
        key: keyOf(input.idempotencyKey),
        sellerId: sellerOf(input.sellerId),
        destination: input.destination,
      });
      const payoutAccount = await balances.payoutAccount(id);
      if (payoutAccount === undefined) throw refuse('NOT_FOUND');
      return { payoutAccount };
    });
  }

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
      const id = await payouts.create(viewer, {
        key: keyOf(input.idempotencyKey),
        sellerId: sellerOf(input.sellerId),
        amount: MoneyInput.toMoney(input.amount),
      });
      const payout = await balances.payout(id);
      if (payout === undefined) throw refuse('NOT_FOUND');
      return { payout };
    });
  }

  @FieldResolver(() => MoneyType, { description: 'How much.' })
  amount(@Root() { amountMinor, currency }: Payout): MoneyType {
    return MoneyType.of(amountMinor, currency);
  }

  @FieldResolver(() => Seller, { description: 'Who is paid.' })
  seller(@Root() { sellerId }: Payout): Seller {
    return { id: sellerId };
  }
}

@Resolver(() => PayoutAccount)
export class PayoutAccountResolver {
  @FieldResolver(() => String, { description: 'The end of the destination, to recognise it by.' })
  destinationHint(@Root() { destination }: PayoutAccount): string {
    return `…${destination.slice(-4)}`;
  }
}

function sellerOf(text: string): SellerId {
  const id = sellerIds.parse(text);
  if (id === undefined) throw refuse('NOT_FOUND', { field: ['input', 'sellerId'] });
  return id;
}
