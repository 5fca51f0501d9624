/**
 * Who may see and do what about somebody else's money: the letters of `Cast`, by field and by mutation. A field or a
 * mutation that is not here fails the test, so each new one is thought about.
 */

/** Who gets a value: by type and letters. Without letters stand fields that have no value in the scene. */
const SEEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Account: {
    B: 'buyerCredit buyerCreditTransactions paymentMethods',
  },
  AdsWallet: {
    SKO: 'balance currencyCode',
    '': 'fillTo',
  },
  Approval: {
    '': 'decidedAt decidedBy decisionReason refusal',
    OA: 'createdAt expiresAt input kind proposedBy reason state',
  },
  BalanceTransaction: {
    SKO: 'amount availableAt cause commission gross kind occurredAt order tax',
  },
  BuyerCredit: {
    B: 'balance currencyCode reservedAmount',
  },
  BuyerCreditTransaction: {
    B: 'amount at kind',
  },
  BusinessCalendar: {
    OA: 'changedAt changedBy country holidays ofOperators version weekend',
  },
  Chargeback: {
    '': 'closedAt',
    BSKOA: 'amount createdAt dueAt liable openedAt orders reason state',
    SKOA: 'evidence',
    OA: 'fee',
    BOA: 'payment',
  },
  ChargebackShare: {
    BSKOA: 'amount order',
  },
  ContractSnapshot: {
    '': 'hash receivedAt text',
  },
  Dispute: {
    '': 'closedAt returnedAt',
    BSKOA:
      'actions appeal atStake buyerDone decisions escrow evidence kind lines nextDeadline openedAt order policy proposalVersion proposals reason refund sellerDone state text timeline trancheId version',
  },
  DisputeAppeal: {
    BSKOA: 'at reason side',
  },
  DisputeDecision: {
    OA: 'deciders',
    BSKOA:
      'at clauses evidenceIds fault goodwill policyVersion reason refund release returnRequired round',
  },
  DisputeDecisionPreview: {
    '': 'legs needsApproval',
  },
  DisputeEvent: {
    BSKOA: 'at detail event',
  },
  DisputeEvidence: {
    '': 'fileName',
    BSKOA:
      'addedAt contentType entryHash field number path prevHash sha256 side size text visibility',
  },
  DisputeEvidenceUpload: {
    '': 'expiresAt path',
  },
  DisputeLine: {
    '': 'orderLineId quantity',
  },
  DisputePreviewLeg: {
    '': 'amount code from pending to',
  },
  DisputeProposal: {
    BSKOA: 'amount at kind side text version',
  },
  Escrow: {
    '': 'contract',
    BSKOA:
      'actions amount held order outstanding refunded released state timeline tranches version',
  },
  EscrowDeadline: {
    BSKOA: 'at pausedSecondsLeft then',
  },
  EscrowEvent: {
    BSKOA: 'at detail event',
  },
  EscrowHold: {
    '': 'deadline',
    O: 'reason',
    BSKOA: 'amount cause liftedAt placedAt',
  },
  EscrowReleasePreview: {
    BSKO: 'frozen gross',
    SKO: 'advance ads available commission debt pending reserve tax',
  },
  EscrowTranche: {
    '': 'changesReason number title',
    BSKOA:
      'available captured deadlines frozen holds kind nextDeadline refunded released shipment state whyHeld',
  },
  LedgerAccount: {
    OA: 'kind ownerId',
  },
  LedgerTransfer: {
    '': 'correctsId pendingId',
    OA: 'amount at code createdAt credit debit groupId mode subjectId',
  },
  Money: {
    BSKOA: 'amount currencyCode minorUnits',
  },
  Order: {
    BOA: 'payment',
    BSKOA: 'chargebacks disputes escrow refunds',
  },
  OrderGroup: {
    BOA: 'payment',
  },
  Payment: {
    '': 'actionUrl',
    BOA: 'amount chargebacks createdAt orderGroup part receipt status tenders',
  },
  PaymentMethodSetup: {
    '': 'actionUrl status',
  },
  PaymentReceipt: {
    BOA: 'html issuedAt number orders refunds tenders total',
  },
  PaymentTender: {
    '': 'declineCode',
    BOA: 'amount brandHint isBuyerCredit last4 status',
  },
  Payout: {
    SKO: 'amount createdAt fee lines seller speed state',
  },
  PayoutAccount: {
    '': 'country',
    SKO: 'destinationHint removed verified',
  },
  PayoutPreview: {
    '': 'amount fee',
    SK: 'movable',
  },
  PayoutSchedule: {
    SKO: 'allowed currencyCode interval minimum',
  },
  PolicyClause: {
    BSKOA: 'about code text title',
  },
  ReceiptLine: {
    BOA: 'amount orderLineId quantity',
  },
  ReceiptOrder: {
    BOA: 'lines order sellerId tax total',
  },
  ReceiptTender: {
    BOA: 'amount brand isBuyerCredit last4',
  },
  ReconciliationItem: {
    '': 'reason',
    OA: 'actual expected fee occurredAt outcome reference side state',
  },
  ReconciliationRun: {
    OA: 'createdAt fromAt lines matched open toAt',
  },
  Refund: {
    BSKOA: 'amount cause createdAt fault lines state',
  },
  RefundLine: {
    '': 'amount orderLineId quantity',
  },
  RefundPreview: {
    SKO: 'advance amount available commission feesWaived held lines owed pending reserve tax',
    O: 'tenders',
  },
  RefundPreviewTender: {
    O: 'amount tenderId',
  },
  RiskBackRun: {
    OA: 'changes judged',
  },
  RiskBackRunChange: {
    '': 'count decisionIds from to',
  },
  RiskDeciding: {
    OA: 'asked feature path was',
  },
  RiskDecision: {
    OA: 'createdAt features firedRules isShadow outcome point review ruleSet score subject',
  },
  RiskFiredRule: {
    OA: 'because code outcome reason score',
  },
  RiskReview: {
    '': 'decidedAt decidedBy note',
    OA: 'decision dueAt openedAt state',
  },
  RiskRuleSet: {
    OA: 'changedAt changedBy createdAt createdBy note number point rules state',
  },
  SavedPaymentMethod: {
    '': 'removedAt',
    B: 'brand consentAt consentVersion createdAt expMonth expYear expired last4',
  },
  Seller: {
    SKO: 'adsWallet balance payoutAccount payoutSchedule',
  },
  SellerBalance: {
    SKO: 'available currencyCode frozen onHold owed paidOut pending reserved',
    '': 'nextAvailableAt',
  },
  ViewerAction: {
    BSKO: 'action allowed deadline reason',
  },
};

/** The same by field, e.g. `Escrow.held`. */
export const MAY_SEE: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SEEN).flatMap(([type, fields]) =>
    Object.entries(fields).flatMap(([letters, names]) =>
      names.split(' ').map((name) => [`${type}.${name}`, letters]),
    ),
  ),
);

/** Whose call is taken, whatever becomes of it; all others hear that there is no such thing, or that they may not. */
export const MAY_DO: Readonly<Record<string, string>> = {
  adsWalletAutoTopUpUpdate: 'SK',
  adsWalletTopUp: 'SK',
  adsWalletWithdraw: 'SK',
  approvalGrant: 'O',
  approvalReject: 'O',
  businessCalendarSet: 'O',
  chargebackAccept: 'SKO',
  chargebackEvidenceSubmit: 'SKO',
  disputeAccept: 'BSK',
  disputeAppeal: 'BSK',
  disputeAppealDecide: 'O',
  disputeCounter: 'BSK',
  disputeDecide: 'O',
  disputeEscalate: 'BSK',
  disputeEvidenceAdd: 'BSKO',
  disputeEvidenceUploadCreate: 'BSKO',
  disputeOpen: 'B',
  disputeRefuse: 'BSK',
  disputeWithdraw: 'BSK',
  escrowHoldLift: 'O',
  escrowHoldPlace: 'O',
  escrowInspectionExtend: 'BSK',
  escrowMilestoneChangesRequest: 'B',
  escrowMilestoneSubmit: 'SK',
  escrowReleaseConfirm: 'B',
  ledgerAdjustmentCreate: 'O',
  paymentConfirm: 'B',
  paymentCreate: 'B',
  paymentMethodRemove: 'B',
  paymentMethodSave: 'B',
  paymentMethodSetup: 'BbSsOA',
  payoutAccountCreate: 'SK',
  payoutAccountRemove: 'SK',
  payoutAccountVerify: 'O',
  payoutCancel: 'SK',
  payoutCreate: 'SK',
  payoutScheduleUpdate: 'SK',
  reconciliationItemResolve: 'O',
  reconciliationRun: 'O',
  refundCreate: 'SKO',
  riskReviewDecide: 'O',
  riskRuleSetCreate: 'O',
  riskRuleSetPublish: 'O',
};
