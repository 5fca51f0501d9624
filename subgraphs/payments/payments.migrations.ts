import type { Migrations } from '#kernel/db/migrate';
import { LEDGER } from './migrations/0001-ledger';
import { PAYMENTS } from './migrations/0002-payments';
import { INVARIANTS } from './migrations/0003-invariants';
import { LEDGER_CHAIN } from './migrations/0004-ledger-chain';
import { SELLER_MONEY } from './migrations/0005-seller-money';
import { RECONCILIATION } from './migrations/0006-reconciliation';
import { TRANCHES } from './migrations/0007-tranches';
import { HOLDS } from './migrations/0008-holds';
import { DEADLINES } from './migrations/0009-deadlines';
import { DISPUTES_STEP } from './migrations/0010-disputes';
import { EVIDENCE_STEP } from './migrations/0011-evidence';
import { CHARGEBACKS } from './migrations/0012-chargebacks';
import { RISK } from './migrations/0013-risk';
import { SELLER_SIDE } from './migrations/0014-seller-side';
import { DISPUTE_INVARIANTS } from './migrations/0018-dispute-invariants';
import { INVARIANT_UNION } from './migrations/0019-invariant-union';
import { CHARGED_REFUNDS } from './migrations/0020-charged-refunds';
import { BUYER_MEANS } from './migrations/0021-methods-credit-receipts';
import { TRANCHE_PLANS } from './migrations/0022-tranche-plans';
import { DISPUTES_AND_RISK } from './migrations/0023-disputes-and-risk';
import { INVARIANT_UNION_29 } from './migrations/0029-invariant-union';
import { PAYMENT_OF_GROUP } from './migrations/0030-payment-of-group';
import { CHARGEBACK_CASES } from './migrations/0032-chargeback-cases';
import { SENT_AT } from './migrations/0033-sent-at';
import { PAYMENT_IS_LIVE } from './migrations/0035-payment-is-live';
import { DEFERRED_BALANCE } from './migrations/0036-deferred-balance';
import { HOLD_ROOTS } from './migrations/0037-hold-roots';
import { PARTS } from './migrations/0038-parts';
import { TRANSFERS_OF_ACCOUNT } from './migrations/0039-transfers-of-account';
import { RENEWALS } from './migrations/0040-renewals';
import { CALENDARS_AND_SIGNALS } from './migrations/0042-calendars-and-signals';

/** Everything that payments keeps, oldest first. */
export const paymentsMigrations: Migrations = {
  schema: 'payments',
  role: 'tradegraph_payments',
  steps: [
    { at: 1_764_000_000_001, name: 'Ledger', sql: LEDGER },
    { at: 1_764_000_000_002, name: 'Payments', sql: PAYMENTS },
    { at: 1_764_000_000_003, name: 'Invariants', sql: INVARIANTS },
    { at: 1_764_000_000_004, name: 'LedgerChain', sql: LEDGER_CHAIN },
    { at: 1_764_000_000_005, name: 'SellerMoney', sql: SELLER_MONEY },
    { at: 1_764_000_000_006, name: 'Reconciliation', sql: RECONCILIATION },
    { at: 1_764_000_000_007, name: 'Tranches', sql: TRANCHES },
    { at: 1_764_000_000_008, name: 'Holds', sql: HOLDS },
    { at: 1_764_000_000_009, name: 'Deadlines', sql: DEADLINES },
    { at: 1_764_000_000_010, name: 'Disputes', sql: DISPUTES_STEP },
    { at: 1_764_000_000_011, name: 'Evidence', sql: EVIDENCE_STEP },
    { at: 1_764_000_000_012, name: 'Chargebacks', sql: CHARGEBACKS },
    { at: 1_764_000_000_013, name: 'Risk', sql: RISK },
    { at: 1_764_000_000_014, name: 'SellerSide', sql: SELLER_SIDE },
    { at: 1_764_000_000_018, name: 'DisputeInvariants', sql: DISPUTE_INVARIANTS },
    { at: 1_764_000_000_019, name: 'InvariantUnion', sql: INVARIANT_UNION },
    { at: 1_764_000_000_020, name: 'ChargedRefunds', sql: CHARGED_REFUNDS },
    { at: 1_764_000_000_021, name: 'BuyerMeans', sql: BUYER_MEANS },
    { at: 1_764_000_000_022, name: 'TranchePlans', sql: TRANCHE_PLANS },
    { at: 1_764_000_000_023, name: 'DisputesAndRisk', sql: DISPUTES_AND_RISK },
    { at: 1_764_000_000_029, name: 'InvariantUnion29', sql: INVARIANT_UNION_29 },
    { at: 1_764_000_000_030, name: 'PaymentOfGroup', sql: PAYMENT_OF_GROUP },
    { at: 1_764_000_000_032, name: 'ChargebackCases', sql: CHARGEBACK_CASES },
    { at: 1_764_000_000_033, name: 'SentAt', sql: SENT_AT },
    { at: 1_764_000_000_035, name: 'PaymentIsLive', sql: PAYMENT_IS_LIVE },
    { at: 1_764_000_000_036, name: 'DeferredBalance', sql: DEFERRED_BALANCE },
    { at: 1_764_000_000_037, name: 'HoldRoots', sql: HOLD_ROOTS },
    { at: 1_764_000_000_038, name: 'Parts', sql: PARTS },
    { at: 1_764_000_000_039, name: 'TransfersOfAccount', sql: TRANSFERS_OF_ACCOUNT },
    { at: 1_764_000_000_040, name: 'Renewals', sql: RENEWALS },
    { at: 1_764_000_000_042, name: 'CalendarsAndSignals', sql: CALENDARS_AND_SIGNALS },
  ],
};
