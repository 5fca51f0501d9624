import { Arg, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import { Seller } from '../balances/balance.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import { type PayoutAccountId, payoutAccountIds } from '../payments.ids';
import {
  PayoutAccount,
  PayoutAccountCreateInput,
  PayoutAccountCreatePayload,
  PayoutAccountRemoveInput,
  PayoutAccountRemovePayload,
  PayoutAccountVerifyInput,
  PayoutAccountVerifyPayload,
} from './payout-account.types';
import { sellerOf } from './payout.resolver';

@Resolver(() => PayoutAccount)
export class PayoutAccountResolver {
  @NeedsScope('payouts:write')
  @Mutation(() => PayoutAccountCreatePayload, {
    nullable: true,
    description:
      'Sets where a seller’s payouts go. Its members, with a password entered in the last 10 minutes (`accountStepUp`); no keys.',
  })
  payoutAccountCreate(
    @Arg('input', () => PayoutAccountCreateInput, { description: 'Whose and where.' })
    input: PayoutAccountCreateInput,
    @Ctx() { viewer, payoutAccounts, balances }: PaymentsContext,
  ): Promise<Payload<{ payoutAccount: PayoutAccount }>> {
    return PayoutAccountCreatePayload.settle(async () => {
      const id = await payoutAccounts.create(viewer, {
        key: keyOf(input.idempotencyKey),
        sellerId: sellerOf(input.sellerId),
        destination: input.destination,
        country: input.country ?? undefined,
      });
      return { payoutAccount: await found(balances, id) };
    });
  }

  @Mutation(() => PayoutAccountVerifyPayload, {
    nullable: true,
    description:
      'Lets payouts go to an account again that the bank had returned one from. Operators.',
  })
  payoutAccountVerify(
    @Arg('input', () => PayoutAccountVerifyInput, { description: 'Which.' })
    input: PayoutAccountVerifyInput,
    @Ctx() { viewer, payoutAccounts, balances }: PaymentsContext,
  ): Promise<Payload<{ payoutAccount: PayoutAccount }>> {
    return PayoutAccountVerifyPayload.settle(async () => {
      const key = keyOf(input.idempotencyKey);
      const id = await payoutAccounts.verify(viewer, { key, id: idOf(input.payoutAccountId) });
      return { payoutAccount: await found(balances, id) };
    });
  }

  @NeedsScope('payouts:write')
  @Mutation(() => PayoutAccountRemovePayload, {
    nullable: true,
    description: 'Takes away where a seller’s payouts go (its members; key scope `payouts:write`).',
  })
  payoutAccountRemove(
    @Arg('input', () => PayoutAccountRemoveInput, { description: 'Which.' })
    input: PayoutAccountRemoveInput,
    @Ctx() { viewer, payoutAccounts, balances }: PaymentsContext,
  ): Promise<Payload<{ payoutAccount: PayoutAccount }>> {
    return PayoutAccountRemovePayload.settle(async () => {
      const key = keyOf(input.idempotencyKey);
      const id = await payoutAccounts.remove(viewer, { key, id: idOf(input.payoutAccountId) });
      return { payoutAccount: await found(balances, id) };
    });
  }

  @FieldResolver(() => String, { description: 'The end of the destination, to recognise it by.' })
  destinationHint(@Root() { destination }: PayoutAccount): string {
    return `…${destination.slice(-4)}`;
  }

  @FieldResolver(() => Boolean, { description: 'True when nothing goes there any more.' })
  removed(@Root() { removedAt }: PayoutAccount): boolean {
    return removedAt !== null;
  }
}

@Resolver(() => Seller)
export class SellerPayoutAccountResolver {
  @Directive('@access(perUser: true)')
  @FieldResolver(() => PayoutAccount, {
    nullable: true,
    description:
      'Where its payouts go, also when that was removed; null before it was said, and for others than its members and operators.',
  })
  async payoutAccount(
    @Root() { id }: Seller,
    @Ctx() { load, balances }: PaymentsContext,
  ): Promise<PayoutAccount | null> {
    return (await load.actsFor(id)) ? ((await balances.payoutAccountOf(id)) ?? null) : null;
  }
}

function idOf(text: string): PayoutAccountId {
  const id = payoutAccountIds.parse(text);
  if (id === undefined) throw refuse('NOT_FOUND', { field: ['input', 'payoutAccountId'] });
  return id;
}

async function found(balances: PaymentsContext['balances'], id: string): Promise<PayoutAccount> {
  const account = await balances.payoutAccount(id);
  if (account === undefined) throw refuse('NOT_FOUND');
  return account;
}
