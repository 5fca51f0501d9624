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
} from 'type-graphql';
import { hasRole } from '#kernel/auth/viewer';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import { total } from '#kernel/money/money';
import { Order } from '../escrow/escrow.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import { looksLikeCardNumber } from '../payments/payment.rules';
import { Payment } from '../payments/payment.types';
import type { ChargebackState } from './chargeback.machine';
import {
  Chargeback,
  ChargebackAcceptInput,
  ChargebackAcceptPayload,
  ChargebackConnection,
  ChargebackEvidenceSubmitInput,
  ChargebackEvidenceSubmitPayload,
  ChargebackShare,
  ChargebackStates,
} from './chargeback.types';

const LONGEST_STATEMENT = 5_000;

@Resolver(() => Chargeback)
export class ChargebackResolver {
  @Query(() => Chargeback, {
    nullable: true,
    description: 'One chargeback; null for strangers to all orders of its payment.',
  })
  chargeback(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Chargeback | null> {
    return load.chargeback.load(id);
  }

  @Query(() => ChargebackConnection, {
    nullable: true,
    description:
      'Chargebacks about a seller’s orders, newest first; null for strangers. Without a seller all, for operators and auditors.',
  })
  async chargebacks(
    @Arg('sellerId', () => ID, { nullable: true, description: 'About whose orders.' })
    sellerId: string | null | undefined,
    @Arg('state', () => ChargebackStates, {
      nullable: true,
      description: 'Only those in this state.',
    })
    state: ChargebackState | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { viewer, load, chargebackList }: PaymentsContext,
  ): Promise<Connection<Chargeback> | null> {
    const reads = hasRole(viewer, 'OPERATOR') || hasRole(viewer, 'AUDITOR');
    const may = reads || (sellerId != null && (await load.actsFor(sellerId)));
    if (!may) return null;
    const page = pageRequest(args);
    const rows = await chargebackList.list(
      { sellerId: sellerId ?? null, state: state ?? null },
      page,
    );
    return connectionOf<Chargeback>(rows, page, ({ id }) => [id]);
  }

  @NeedsScope('payments:write')
  @Mutation(() => ChargebackEvidenceSubmitPayload, {
    nullable: true,
    description:
      'Contests it with what the platform knows: an operator, or the seller of all orders of its payment (key scope `payments:write`). Once.',
  })
  chargebackEvidenceSubmit(
    @Arg('input', () => ChargebackEvidenceSubmitInput, { description: 'Which, and the key.' })
    input: ChargebackEvidenceSubmitInput,
    @Ctx() { viewer, chargebacks, load }: PaymentsContext,
  ): Promise<Payload<{ chargeback: Chargeback }>> {
    return ChargebackEvidenceSubmitPayload.settle(async () => {
      const { chargebackId, idempotencyKey, statement } = input;
      const id = await chargebacks.submit(viewer, {
        key: keyOf(idempotencyKey),
        chargebackId,
        statement: statement == null ? undefined : statementOf(statement),
      });
      return { chargeback: await found(load, id) };
    });
  }

  @NeedsScope('payments:write')
  @Mutation(() => ChargebackAcceptPayload, {
    nullable: true,
    description:
      'Does not contest it: it is lost now. An operator, or the seller of all orders of its payment (key scope `payments:write`) who bears it.',
  })
  chargebackAccept(
    @Arg('input', () => ChargebackAcceptInput, { description: 'Which, and the key.' })
    input: ChargebackAcceptInput,
    @Ctx() { viewer, chargebacks, load }: PaymentsContext,
  ): Promise<Payload<{ chargeback: Chargeback }>> {
    return ChargebackAcceptPayload.settle(async () => {
      const { chargebackId, idempotencyKey } = input;
      const id = await chargebacks.accept(viewer, { key: keyOf(idempotencyKey), chargebackId });
      return { chargeback: await found(load, id) };
    });
  }

  @FieldResolver(() => MoneyType, {
    description:
      'How much: all of it for the buyer, operators and auditors, for a seller its orders’ part.',
  })
  async amount(
    @Root() { id, amountMinor, currency }: Chargeback,
    @Ctx() { viewer, load }: PaymentsContext,
  ): Promise<MoneyType> {
    const orders = await load.ordersOf(id);
    const whole = hasRole(viewer, 'AUDITOR') || orders.some(({ buyerId }) => load.isBuyer(buyerId));
    const own = total(orders.map((order) => order.amountMinor));
    return MoneyType.of(whole ? amountMinor : own, currency);
  }

  @FieldResolver(() => MoneyType, {
    nullable: true,
    description:
      'What the provider took for it, whoever wins; null for others than operators and auditors.',
  })
  fee(
    @Root() { feeMinor, currency }: Chargeback,
    @Ctx() { viewer }: PaymentsContext,
  ): MoneyType | null {
    const reads = hasRole(viewer, 'OPERATOR') || hasRole(viewer, 'AUDITOR');
    return reads ? MoneyType.of(feeMinor, currency) : null;
  }

  @Directive('@listSize(assumedSize: 3)')
  @FieldResolver(() => [ChargebackShare], {
    description: 'What each order bears, of those that the viewer may see.',
  })
  async orders(
    @Root() { id }: Chargeback,
    @Ctx() { load }: PaymentsContext,
  ): Promise<ChargebackShare[]> {
    const orders = await load.ordersOf(id);
    return orders.map(({ orderId, amountMinor, currency }) => ({
      order: { id: orderId },
      amount: MoneyType.of(amountMinor, currency),
    }));
  }

  @FieldResolver(() => Payment, {
    nullable: true,
    description: 'What was paid; null for others than the buyer and operators.',
  })
  payment(
    @Root() { paymentId }: Chargeback,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Payment | null> {
    return load.payment.load(paymentId);
  }
}

@Resolver(() => Order)
export class OrderChargebacksResolver {
  @Directive('@listSize(assumedSize: 1)')
  @FieldResolver(() => [Chargeback], {
    nullable: true,
    description: 'Complaints at the bank about its payment, oldest first; null for strangers.',
  })
  async chargebacks(
    @Root() { id }: Order,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Chargeback[] | null> {
    const escrow = await load.escrowByOrder.load(id);
    return escrow === null ? null : load.chargebacksByOrder.load(id);
  }
}

@Resolver(() => Payment)
export class PaymentChargebacksResolver {
  @Directive('@listSize(assumedSize: 1)')
  @FieldResolver(() => [Chargeback], {
    description: 'Complaints at the bank about it, oldest first.',
  })
  chargebacks(@Root() { id }: Payment, @Ctx() { load }: PaymentsContext): Promise<Chargeback[]> {
    return load.chargebacksByPayment.load(id);
  }
}

function statementOf(text: string): string {
  const field = ['input', 'statement'];
  const statement = text.trim();
  if (looksLikeCardNumber(statement)) throw refuse('CARD_NUMBER_REFUSED', { field });
  if (statement !== '' && statement.length <= LONGEST_STATEMENT) return statement;
  throw refuse('EVIDENCE_REFUSED', { field });
}

async function found(load: PaymentsContext['load'], id: string): Promise<Chargeback> {
  const chargeback = await load.chargeback.load(id);
  if (chargeback === null) throw refuse('NOT_FOUND');
  return chargeback;
}
