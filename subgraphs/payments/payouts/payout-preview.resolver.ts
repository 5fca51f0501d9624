import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { Refusal } from '#kernel/errors/refusal';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import type { PaymentsContext } from '../payments.context';
import {
  type PayoutPreview,
  PayoutPreviewInput,
  PayoutPreviewPayload,
} from './payout-preview.types';
import { currencyOf, sellerOf } from './payout.resolver';

@Resolver()
export class PayoutPreviewResolver {
  @NeedsScope('payouts:write')
  @Query(() => PayoutPreviewPayload, {
    nullable: true,
    description:
      'What `payoutCreate` would do now, or why not: it is run for real and rolled back. Whoever may ask for the payout.',
  })
  async payoutPreview(
    @Arg('input', () => PayoutPreviewInput, { description: 'The payout.' })
    input: PayoutPreviewInput,
    @Ctx() { viewer, payouts }: PaymentsContext,
  ): Promise<Payload<{ preview: PayoutPreview }>> {
    let looked: PayoutPreview | null = null;
    const settled = await PayoutPreviewPayload.settle(async () => {
      const currency = currencyOf(input);
      const { mostMinor, outcome } = await payouts.preview(viewer, {
        sellerId: sellerOf(input.sellerId),
        currency,
        amount: input.amount == null ? undefined : MoneyInput.toMoney(input.amount),
        speed: input.speed,
      });
      const movable = MoneyType.of(mostMinor, currency);
      looked = { amount: null, fee: null, movable };
      if (outcome instanceof Refusal) throw outcome;
      const amount = MoneyType.of(outcome.amountMinor, currency);
      return { preview: { amount, fee: MoneyType.of(outcome.feeMinor, currency), movable } };
    });
    return { ...settled, preview: settled.preview ?? looked };
  }
}
