import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { orderIds } from '#contracts/ids';
import { hasRole } from '#kernel/auth/viewer';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import type { PaymentsContext } from '../payments.context';
import { refuse } from '../payments.errors';
import {
  type RefundPreview,
  RefundPreviewInput,
  RefundPreviewPayload,
} from './refund-preview.types';

@Resolver()
export class RefundPreviewResolver {
  @NeedsScope('payments:write')
  @Query(() => RefundPreviewPayload, {
    nullable: true,
    description:
      'What `refundCreate` would do now: it is run for real and rolled back. Whoever may make the refund.',
  })
  refundPreview(
    @Arg('input', () => RefundPreviewInput, { description: 'The refund.' })
    input: RefundPreviewInput,
    @Ctx() { viewer, refunds }: PaymentsContext,
  ): Promise<Payload<{ preview: RefundPreview }>> {
    return RefundPreviewPayload.settle(async () => {
      const orderId = orderIds.parse(input.orderId);
      if (orderId === undefined) throw refuse('NOT_FOUND', { field: ['input', 'orderId'] });
      const { refund, lines, legs, sum } = await refunds.preview(viewer, {
        orderId,
        trancheId: input.trancheId ?? undefined,
        amount: input.amount == null ? undefined : MoneyInput.toMoney(input.amount),
        lines: input.lines?.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
      });
      const { currency } = refund;
      const money = (minor: bigint): MoneyType => MoneyType.of(minor, currency);
      const feesWaived = refund.commissionMinor + refund.taxMinor - sum.commission - sum.tax;
      const tenders = legs.map(({ tenderId, amountMinor }) => ({
        tenderId,
        amount: money(amountMinor),
      }));
      return {
        preview: {
          amount: money(refund.amountMinor),
          held: money(sum.held),
          available: money(sum.available),
          pending: money(sum.pending),
          reserve: money(sum.reserve),
          owed: money(sum.owed),
          advance: money(sum.advance),
          commission: money(sum.commission),
          tax: money(sum.tax),
          feesWaived: money(feesWaived),
          lines: lines.map((line) => ({ ...line, currency })),
          tenders: hasRole(viewer, 'OPERATOR') ? tenders : null,
        },
      };
    });
  }
}
