import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { hasRole } from '#kernel/auth/viewer';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import type { Payload } from '#kernel/graphql/payload.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import { looksLikeCardNumber } from '../payments/payment.rules';
import { EscrowDeadline } from '../deadlines/deadline.types';
import {
  EscrowHold,
  EscrowHoldLiftInput,
  EscrowHoldLiftPayload,
  EscrowHoldPlaceInput,
  EscrowHoldPlacePayload,
} from './hold.types';

const LONGEST_REASON = 500;

@Resolver(() => EscrowHold)
export class EscrowHoldResolver {
  @Mutation(() => EscrowHoldPlacePayload, {
    nullable: true,
    description: 'Freezes money while something is looked into. Operators only.',
  })
  escrowHoldPlace(
    @Arg('input', () => EscrowHoldPlaceInput, { description: 'What, and why.' })
    input: EscrowHoldPlaceInput,
    @Ctx() { viewer, holds, load }: PaymentsContext,
  ): Promise<Payload<{ hold: EscrowHold }>> {
    return EscrowHoldPlacePayload.settle(async () => {
      const { trancheId, cause, amount } = input;
      const reason = input.reason.trim();
      if (reason === '' || reason.length > LONGEST_REASON || looksLikeCardNumber(reason)) {
        throw refuse('REASON_INVALID', { field: ['input', 'reason'] });
      }
      const key = keyOf(input.idempotencyKey);
      const money = amount == null ? undefined : MoneyInput.toMoney(amount);
      const id = await holds.place(viewer, { key, trancheId, cause, reason, amount: money });
      return { hold: await found(load, id) };
    });
  }

  @Mutation(() => EscrowHoldLiftPayload, {
    nullable: true,
    description: 'Ends a hold: deadlines go on with what was left of them. Operators only.',
  })
  escrowHoldLift(
    @Arg('input', () => EscrowHoldLiftInput, { description: 'Which.' })
    input: EscrowHoldLiftInput,
    @Ctx() { viewer, holds, load }: PaymentsContext,
  ): Promise<Payload<{ hold: EscrowHold }>> {
    return EscrowHoldLiftPayload.settle(async () => {
      const { holdId, idempotencyKey } = input;
      const id = await holds.lift(viewer, { key: keyOf(idempotencyKey), holdId });
      return { hold: await found(load, id) };
    });
  }

  @FieldResolver(() => MoneyType, { description: 'How much.' })
  amount(@Root() { amountMinor, currency }: EscrowHold): MoneyType {
    return MoneyType.of(amountMinor, currency);
  }

  @FieldResolver(() => EscrowDeadline, {
    nullable: true,
    description: 'What happens by itself while it lasts, and when; null when a case decides.',
  })
  async deadline(
    @Root() { id }: EscrowHold,
    @Ctx() { load }: PaymentsContext,
  ): Promise<EscrowDeadline | null> {
    return EscrowDeadline.of(await load.deadlines.load(id))[0] ?? null;
  }

  @FieldResolver(() => String, {
    name: 'reason',
    nullable: true,
    description: 'In words; null for others than operators.',
  })
  reasonFor(@Root() { reason }: EscrowHold, @Ctx() { viewer }: PaymentsContext): string | null {
    return hasRole(viewer, 'OPERATOR') ? reason : null;
  }
}

async function found(load: PaymentsContext['load'], id: string): Promise<EscrowHold> {
  const hold = await load.hold.load(id);
  if (hold === null) throw refuse('NOT_FOUND');
  return hold;
}
