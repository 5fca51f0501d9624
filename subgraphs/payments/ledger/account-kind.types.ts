import { registerEnumType } from 'type-graphql';
import { enumOf } from '#kernel/machine/machine';
import { AccountKind, type AccountKindName } from './ledger.rules';

/** What each kind of account holds, for those who check the ledger. */
const ABOUT: Readonly<Record<AccountKindName, string>> = {
  PSP_CLEARING: 'What the payment provider owes the platform.',
  TRANCHE: 'Part of an order’s money, held.',
  PAYMENT_FUNDS: 'A payment’s money on its way to its orders.',
  REFUND_DUE: 'What a refund owes the buyer.',
  BUYER_CREDIT: 'A buyer’s credit.',
  SELLER_AVAILABLE: 'What a seller can be paid out.',
  SELLER_PENDING: 'Released, and waiting for its time.',
  FEE_REVENUE: 'Commission and fees.',
  TAX_PAYABLE: 'Tax that was withheld.',
  PAYOUT_IN_TRANSIT: 'Payouts under way.',
  SELLER_RESERVE: 'Kept back longer, for refunds to come.',
  SELLER_RECEIVABLE: 'What a seller owes.',
  HOLD: 'The other side of reservations.',
  CHARGEBACK_CASE: 'What a bank took and nobody bears yet.',
  BANK: 'The platform’s money at its bank.',
  PSP_FEE_EXPENSE: 'What the provider charged.',
  DISPUTE_FEE_EXPENSE: 'What banks charge for cases.',
  CHARGEBACK_LOSS: 'What the platform bears of cases.',
  SETTLEMENT_DIFFERENCE: 'What reconciliation wrote off.',
  GOODWILL_EXPENSE: 'What the platform gave away.',
  CARRIER_PAYABLE: 'What carriers get for labels.',
  SELLER_ADS_WALLET: 'What a seller has set aside for advertising.',
  ADS_RESERVED: 'Part of it that ads may spend.',
  ADS_REVENUE: 'What ads earned.',
  ADVANCE_RECEIVABLE: 'What is to be paid back of an advance.',
  FINANCING_FEE_REVENUE: 'What advances cost.',
  ADVANCE_LOSS: 'Advances that were written off.',
};

const Kinds = enumOf(Object.keys(AccountKind) as AccountKindName[]);
registerEnumType(Kinds, {
  name: 'LedgerAccountKind',
  description: 'What an account of the ledger holds.',
  valuesConfig: Object.fromEntries(
    Object.entries(ABOUT).map(([kind, description]) => [kind, { description }]),
  ),
});
export { Kinds as LedgerAccountKinds };
