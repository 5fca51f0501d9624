import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { federate } from '#kernel/graphql/federate';
import { BalanceTransactionResolver, SellerBalanceResolver } from './balances/balance.resolver';
import { EscrowResolver, EscrowTrancheResolver } from './escrow/escrow.resolver';
import { OrderMoneyResolver } from './escrow/order-money.resolver';
import {
  OrderGroupResolver,
  PaymentResolver,
  PaymentTenderResolver,
} from './payments/payment.resolver';
import type { PaymentsContext } from './payments.context';
import { PayoutAccountResolver, PayoutResolver } from './payouts/payout.resolver';
import { RefundResolver } from './refunds/refund.resolver';

/** The part of the graph that payments serves. Every reference passes the same party check as a query. */
export const paymentsSchema = (): Promise<GraphQLSchema> =>
  federate<PaymentsContext>(
    [
      PaymentResolver,
      PaymentTenderResolver,
      OrderGroupResolver,
      EscrowResolver,
      EscrowTrancheResolver,
      RefundResolver,
      OrderMoneyResolver,
      SellerBalanceResolver,
      BalanceTransactionResolver,
      PayoutResolver,
      PayoutAccountResolver,
    ],
    {
      Payment: ({ id }, { load }) => load.payment.load(id),
      Escrow: ({ id }, { load }) => load.escrow.load(id),
      Payout: ({ id }, { load }) => load.payout.load(id),
      Order: async ({ id }, { load }) => ((await load.escrowByOrder.load(id)) ? { id } : null),
      OrderGroup: async ({ id }, { load }) => ((await load.groupBuyer.load(id)) ? { id } : null),
      Seller: async ({ id }, { load }) => ((await load.actsFor(id)) ? { id } : null),
    },
  );
