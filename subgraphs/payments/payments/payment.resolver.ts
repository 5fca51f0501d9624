import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { paymentIds } from '#contracts/ids';
import { MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import type { Payload } from '#kernel/graphql/payload.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import {
  PaymentConfirmInput,
  PaymentCreateInput,
  type PaymentTenderInput,
} from './payment.input.types';
import type { PaymentState } from './payment.rules';
import type { TenderInput } from './tender.service';
import {
  OrderGroup,
  Payment,
  PaymentConfirmPayload,
  PaymentCreatePayload,
  PaymentStatus,
  PaymentTender,
} from './payment.types';

@Resolver(() => Payment)
export class PaymentResolver {
  @Query(() => Payment, {
    nullable: true,
    description: 'One payment; null unless the caller is its buyer, an operator or an auditor.',
  })
  payment(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Payment | null> {
    return load.payment.load(id);
  }

  @Mutation(() => PaymentCreatePayload, {
    nullable: true,
    description:
      'Pays an order group by tokens, kept means of payment and credit. The same key again gives the first answer.',
  })
  paymentCreate(
    @Arg('input', () => PaymentCreateInput, { description: 'What to pay and how.' })
    input: PaymentCreateInput,
    @Ctx() context: PaymentsContext,
  ): Promise<Payload<{ payment: Payment }>> {
    return PaymentCreatePayload.settle(async () => {
      const id = await context.payments.create(context.viewer, {
        key: keyOf(input.idempotencyKey),
        paymentRequest: input.paymentRequest,
        deviceId: deviceOf(input.deviceId),
        tenders: input.tenders.map(tenderOf),
      });
      return { payment: await loaded(id, context) };
    });
  }

  @Mutation(() => PaymentConfirmPayload, {
    nullable: true,
    description: 'Reads a payment again, e.g. after 3-D Secure. Its buyer only.',
  })
  paymentConfirm(
    @Arg('input', () => PaymentConfirmInput, { description: 'Which.' }) input: PaymentConfirmInput,
    @Ctx() context: PaymentsContext,
  ): Promise<Payload<{ payment: Payment }>> {
    return PaymentConfirmPayload.settle(async () => {
      keyOf(input.idempotencyKey);
      const id = paymentIds.parse(input.paymentId);
      if (id === undefined) throw refuse('NOT_FOUND', { field: ['input', 'paymentId'] });
      return { payment: await loaded(await context.payments.confirm(context.viewer, id), context) };
    });
  }

  @FieldResolver(() => PaymentStatus, { description: 'Where it stands: a fold over its tenders.' })
  status(@Root() { state }: Payment): PaymentState {
    return state;
  }

  @FieldResolver(() => MoneyType, { description: 'What it pays in all.' })
  amount(@Root() { amountMinor, currency }: Payment): MoneyType {
    return MoneyType.of(amountMinor, currency);
  }

  @FieldResolver(() => OrderGroup, { description: 'What it pays for.' })
  orderGroup(@Root() { orderGroupId }: Payment): OrderGroup {
    return { id: orderGroupId };
  }

  @Directive('@listSize(assumedSize: 3)')
  @FieldResolver(() => [PaymentTender], { description: 'How it is paid, in the order given.' })
  tenders(@Root() { id }: Payment, @Ctx() { load }: PaymentsContext): Promise<PaymentTender[]> {
    return load.tenders.load(id);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Where the payer has to act; null unless REQUIRES_ACTION.',
  })
  async actionUrl(
    @Root() { id }: Payment,
    @Ctx() { load }: PaymentsContext,
  ): Promise<string | null> {
    const tenders = await load.tenders.load(id);
    return tenders.find(({ state }) => state === 'REQUIRES_ACTION')?.actionUrl ?? null;
  }
}

@Resolver(() => PaymentTender)
export class PaymentTenderResolver {
  @FieldResolver(() => PaymentStatus, { description: 'Where it stands.' })
  status(@Root() { state }: PaymentTender): PaymentState {
    return state;
  }

  @FieldResolver(() => MoneyType, { description: 'Its part of the total.' })
  amount(@Root() { amountMinor, currency }: PaymentTender): MoneyType {
    return MoneyType.of(amountMinor, currency);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Kind of method as far as the provider tells; null when it does not.',
  })
  brandHint(@Root() { brand }: PaymentTender): string | null {
    return brand;
  }

  @FieldResolver(() => Boolean, { description: 'True when it spends the buyer’s credit.' })
  isBuyerCredit(@Root() { creditAccountId }: PaymentTender): boolean {
    return creditAccountId !== null;
  }
}

@Resolver(() => OrderGroup)
export class OrderGroupResolver {
  @FieldResolver(() => Payment, {
    nullable: true,
    description:
      'The latest payment of it; null for others than its buyer, operators and auditors.',
  })
  payment(@Root() { id }: OrderGroup, @Ctx() { load }: PaymentsContext): Promise<Payment | null> {
    return load.paymentByGroup.load(id);
  }
}

async function loaded(id: string, { load }: PaymentsContext): Promise<Payment> {
  const payment = await load.payment.load(id);
  if (payment === null) throw refuse('NOT_FOUND');
  return payment;
}

const tenderOf = ({
  token,
  paymentMethodId,
  buyerCredit,
  amount,
}: PaymentTenderInput): TenderInput => ({
  ...(token != null && { token }),
  ...(paymentMethodId != null && { paymentMethodId }),
  ...(buyerCredit === true && { buyerCredit }),
  amount: MoneyInput.toMoney(amount),
});

/** What names a device, or nothing: what cannot be one is not worth a refusal. */
const deviceOf = (text: string | null | undefined): string | undefined =>
  text == null || text.length > 200 ? undefined : text;
