import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Payload } from '#kernel/graphql/payload.types';
import { type PaymentsContext, keyOf, reasonOf } from '../payments.context';
import { refuse } from '../payments.errors';
import type { AccountName } from './adjustment.rules';
import {
  type AdjustmentAccountInput,
  LedgerAdjustmentCreateInput,
  LedgerAdjustmentCreatePayload,
} from './adjustment.types';
import type { Approval } from './approval.types';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

@Resolver()
export class LedgerAdjustmentResolver {
  @Mutation(() => LedgerAdjustmentCreatePayload, {
    nullable: true,
    description:
      'Proposes new transfers that put an earlier one right. Operators; a second grants it.',
  })
  ledgerAdjustmentCreate(
    @Arg('input', () => LedgerAdjustmentCreateInput, { description: 'What, and why.' })
    input: LedgerAdjustmentCreateInput,
    @Ctx() { viewer, adjustments, approvals }: PaymentsContext,
  ): Promise<Payload<{ approval: Approval }>> {
    return LedgerAdjustmentCreatePayload.settle(async () => {
      const { correctsId, legs } = input;
      const currencies = new Set(legs.map(({ amount }) => amount.currencyCode));
      const [currency] = currencies;
      if (currency === undefined || currencies.size > 1) {
        throw refuse('ADJUSTMENT_INVALID', { field: ['input', 'legs'] });
      }
      if (!UUID.test(correctsId)) throw refuse('NOT_FOUND', { field: ['input', 'correctsId'] });
      const id = await adjustments.propose(viewer, {
        key: keyOf(input.idempotencyKey),
        reason: reasonOf(input.reason),
        correctsId: correctsId.toLowerCase(),
        currency,
        legs: legs.map(({ debit, credit, amount }) => ({
          debit: nameOf(debit),
          credit: nameOf(credit),
          amountMinor: amount.minorUnits,
        })),
      });
      const approval = await approvals.find(id);
      if (approval === undefined) throw new Error(`proposal ${id} is gone`);
      return { approval };
    });
  }
}

const nameOf = ({ kind, ownerId }: AdjustmentAccountInput): AccountName => ({
  kind,
  ownerId: ownerId ?? null,
});
