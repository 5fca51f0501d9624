import { Arg, Args, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import { isHolder } from '../balances/seller.service';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import { methodSetupIds, savedMethodIds } from '../payments.ids';
import { looksLikeCardNumber } from '../payments/payment.rules';
import { isExpired, type SetupState } from './method.rules';
import {
  Account,
  PaymentMethodRemoveInput,
  PaymentMethodRemovePayload,
  PaymentMethodSaveInput,
  PaymentMethodSavePayload,
  PaymentMethodSetup,
  PaymentMethodSetupInput,
  PaymentMethodSetupPayload,
  PaymentMethodSetupStatus,
  SavedPaymentMethod,
  SavedPaymentMethodConnection,
} from './method.types';

@Resolver(() => Account)
export class AccountMethodsResolver {
  @Directive('@access(perUser: true)')
  @FieldResolver(() => SavedPaymentMethodConnection, {
    nullable: true,
    description: 'Means of payment that it keeps, newest first; null for others than its holder.',
  })
  async paymentMethods(
    @Root() { id }: Account,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { viewer, methods }: PaymentsContext,
  ): Promise<Connection<SavedPaymentMethod> | null> {
    if (!isHolder(viewer, id)) return null;
    const page = pageRequest(args);
    return connectionOf<SavedPaymentMethod>(await methods.list(id, page), page, (row) => [row.id]);
  }
}

@Resolver(() => PaymentMethodSetup)
export class PaymentMethodSetupResolver {
  @Mutation(() => PaymentMethodSetupPayload, {
    nullable: true,
    description:
      'Starts keeping a means of payment for later. If it is REQUIRES_ACTION, open `actionUrl`; then save it. Signed-in people.',
  })
  paymentMethodSetup(
    @Arg('input', () => PaymentMethodSetupInput, { description: 'What.' })
    { token, idempotencyKey }: PaymentMethodSetupInput,
    @Ctx() { viewer, methods }: PaymentsContext,
  ): Promise<Payload<{ setup: PaymentMethodSetup }>> {
    return PaymentMethodSetupPayload.settle(async () => ({
      setup: await methods.setUp(viewer, { key: keyOf(idempotencyKey), token }),
    }));
  }

  @FieldResolver(() => PaymentMethodSetupStatus, { description: 'Where it stands.' })
  status(@Root() { state }: PaymentMethodSetup): SetupState {
    return state;
  }
}

@Resolver(() => SavedPaymentMethod)
export class SavedPaymentMethodResolver {
  @Mutation(() => PaymentMethodSavePayload, {
    nullable: true,
    description: 'Keeps what was set up. The same card again is the same method. Its buyer only.',
  })
  paymentMethodSave(
    @Arg('input', () => PaymentMethodSaveInput, { description: 'Which, and what was agreed to.' })
    input: PaymentMethodSaveInput,
    @Ctx() { viewer, methods }: PaymentsContext,
  ): Promise<Payload<{ paymentMethod: SavedPaymentMethod }>> {
    return PaymentMethodSavePayload.settle(async () => {
      const setupId = methodSetupIds.parse(input.setupId);
      if (setupId === undefined) throw refuse('NOT_FOUND', { field: ['input', 'setupId'] });
      const consentVersion = consentOf(input.consentVersion);
      const key = keyOf(input.idempotencyKey);
      const id = await methods.save(viewer, { key, setupId, consentVersion });
      return { paymentMethod: await methods.method(id) };
    });
  }

  @Mutation(() => PaymentMethodRemovePayload, {
    nullable: true,
    description: 'Forgets a means of payment, here and at the provider. Its buyer only.',
  })
  paymentMethodRemove(
    @Arg('input', () => PaymentMethodRemoveInput, { description: 'Which.' })
    input: PaymentMethodRemoveInput,
    @Ctx() { viewer, methods }: PaymentsContext,
  ): Promise<Payload<{ paymentMethod: SavedPaymentMethod }>> {
    return PaymentMethodRemovePayload.settle(async () => {
      const id = savedMethodIds.parse(input.paymentMethodId);
      if (id === undefined) throw refuse('NOT_FOUND', { field: ['input', 'paymentMethodId'] });
      const key = keyOf(input.idempotencyKey);
      return { paymentMethod: await methods.remove(viewer, { key, id }) };
    });
  }

  @FieldResolver(() => Boolean, {
    description: 'True when its month is over: it cannot be charged.',
  })
  expired(@Root() method: SavedPaymentMethod, @Ctx() { clock }: PaymentsContext): boolean {
    return isExpired(method, clock.now());
  }
}

function consentOf(text: string): string {
  const version = text.trim();
  if (version !== '' && version.length <= 100 && !looksLikeCardNumber(version)) return version;
  throw refuse('CONSENT_INVALID', { field: ['input', 'consentVersion'] });
}
