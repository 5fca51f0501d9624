import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { federate } from '#kernel/graphql/federate';
import { AdsWalletResolver } from './ads/ads-wallet.resolver';
import { LedgerAdjustmentResolver } from './approvals/adjustment.resolver';
import { ApprovalResolver } from './approvals/approval.resolver';
import { BalanceTransactionResolver, SellerBalanceResolver } from './balances/balance.resolver';
import { AccountCreditResolver, BuyerCreditResolver } from './credit/buyer-credit.resolver';
import { isHolder } from './balances/seller.service';
import { DisputeDecideResolver } from './disputes/dispute-decide.resolver';
import {
  DisputeDecisionResolver,
  DisputeFieldsResolver,
  DisputeProposalResolver,
  OrderDisputesResolver,
} from './disputes/dispute-fields.resolver';
import {
  DisputeCaseResolver,
  DisputeEvidenceResolver,
  ChargebackEvidenceResolver,
  EscrowContractResolver,
} from './evidence/evidence.resolver';
import { DisputeResolver } from './disputes/dispute.resolver';
import { BusinessCalendarResolver } from './deadlines/business-calendar.resolver';
import { DisputePolicyResolver } from './disputes/policy-clause.resolver';
import { DeadlineResolver } from './deadlines/deadline.resolver';
import {
  ChargebackResolver,
  OrderChargebacksResolver,
  PaymentChargebacksResolver,
} from './chargebacks/chargeback.resolver';
import { EscrowResolver, EscrowTrancheResolver } from './escrow/escrow.resolver';
import { EscrowMilestoneResolver } from './escrow/milestone.resolver';
import { EscrowReleasePreviewResolver } from './releases/release-preview.resolver';
import { EscrowHoldResolver } from './holds/hold.resolver';
import { LedgerTransferResolver } from './ledger/ledger-transfer.resolver';
import {
  AccountMethodsResolver,
  PaymentMethodSetupResolver,
  SavedPaymentMethodResolver,
} from './methods/method.resolver';
import { OrderMoneyResolver } from './escrow/order-money.resolver';
import {
  OrderGroupResolver,
  PaymentResolver,
  PaymentTenderResolver,
} from './payments/payment.resolver';
import { refuseCardNumbers } from './payments.card-guard';
import type { PaymentsContext } from './payments.context';
import {
  PayoutAccountResolver,
  SellerPayoutAccountResolver,
} from './payouts/payout-account.resolver';
import { PayoutScheduleResolver } from './payouts/payout-schedule.resolver';
import { PayoutPreviewResolver } from './payouts/payout-preview.resolver';
import { PayoutResolver } from './payouts/payout.resolver';
import {
  ReconciliationItemResolver,
  ReconciliationRunResolver,
} from './reconciliation/reconciliation.resolver';
import { RefundPreviewResolver } from './refunds/refund-preview.resolver';
import { PaymentReceiptResolver, ReceiptRefundsResolver } from './receipts/receipt.resolver';
import { RefundLineResolver, RefundResolver } from './refunds/refund.resolver';
import {
  RiskDecisionResolver,
  RiskReviewResolver,
  RiskRuleSetResolver,
} from './risk/risk.resolver';

/** What buyers keep, have and get in writing. */
const BUYERS_OWN = [
  PaymentReceiptResolver,
  ReceiptRefundsResolver,
  AccountMethodsResolver,
  PaymentMethodSetupResolver,
  SavedPaymentMethodResolver,
  AccountCreditResolver,
  BuyerCreditResolver,
];

/** Disputes, and what banks take back. */
const CASES = [
  DisputeResolver,
  DisputeEvidenceResolver,
  DisputeCaseResolver,
  ChargebackEvidenceResolver,
  EscrowContractResolver,
  DisputeFieldsResolver,
  DisputePolicyResolver,
  DisputeProposalResolver,
  DisputeDecisionResolver,
  DisputeDecideResolver,
  OrderDisputesResolver,
  ChargebackResolver,
  OrderChargebacksResolver,
  PaymentChargebacksResolver,
];

/** The part of the graph that payments serves. Every reference passes the same party check as a query. */
export const paymentsSchema = async (): Promise<GraphQLSchema> => refuseCardNumbers(await graph());

const graph = (): Promise<GraphQLSchema> =>
  federate<PaymentsContext>(
    [
      PaymentResolver,
      PaymentTenderResolver,
      ...BUYERS_OWN,
      LedgerTransferResolver,
      OrderGroupResolver,
      EscrowResolver,
      EscrowTrancheResolver,
      EscrowReleasePreviewResolver,
      EscrowMilestoneResolver,
      DeadlineResolver,
      BusinessCalendarResolver,
      EscrowHoldResolver,
      ...CASES,
      RefundResolver,
      RefundLineResolver,
      RefundPreviewResolver,
      OrderMoneyResolver,
      SellerBalanceResolver,
      BalanceTransactionResolver,
      PayoutResolver,
      PayoutPreviewResolver,
      PayoutAccountResolver,
      SellerPayoutAccountResolver,
      PayoutScheduleResolver,
      ReconciliationRunResolver,
      ReconciliationItemResolver,
      ApprovalResolver,
      LedgerAdjustmentResolver,
      RiskDecisionResolver,
      RiskReviewResolver,
      RiskRuleSetResolver,
      AdsWalletResolver,
    ],
    {
      Account: ({ id }, { viewer }) => (isHolder(viewer, id) ? { id } : null),
      Payment: ({ id }, { load }) => load.payment.load(id),
      Escrow: ({ id }, { load }) => load.escrow.load(id),
      Dispute: ({ id }, { load }) => load.dispute.load(id),
      Payout: ({ id }, { load }) => load.payout.load(id),
      Chargeback: ({ id }, { load }) => load.chargeback.load(id),
      Order: async ({ id }, { load }) => ((await load.escrowByOrder.load(id)) ? { id } : null),
      OrderGroup: async ({ id }, { load }) => ((await load.groupBuyer.load(id)) ? { id } : null),
      Seller: async ({ id }, { load }) => ((await load.actsFor(id)) ? { id } : null),
    },
  );
