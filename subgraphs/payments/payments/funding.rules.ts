import type { Leg } from '../ledger/ledger.rules';
import type { TrancheState } from '../escrow/tranche.machine';

/** An order of a payment, with the tranche that is to hold its money. */
export interface OrderToFund {
  readonly orderId: string;
  readonly trancheState: TrancheState;
  readonly trancheAccountId: bigint;
  readonly totalMinor: bigint;
}

/** Orders that still wait for their money, and those that were cancelled meanwhile: theirs goes back. */
export function divide<T extends OrderToFund>(orders: readonly T[]): { fund: T[]; giveBack: T[] } {
  const fund = orders.filter(({ trancheState }) => trancheState === 'AWAITING_FUNDS');
  return { fund, giveBack: orders.filter((order) => !fund.includes(order)) };
}

/** Money of one tender comes in; with the last tender it goes on to the tranches, in the same group. */
export function fundingLegs(
  tender: { readonly ledgerId: string; readonly amountMinor: bigint },
  accounts: { readonly clearing: bigint; readonly funds: bigint },
  fund: readonly OrderToFund[],
): Leg[] {
  const { clearing, funds } = accounts;
  return [
    {
      code: 'FUNDING',
      debit: clearing,
      credit: funds,
      amount: tender.amountMinor,
      subject: tender.ledgerId,
    },
    ...fund.map((order): Leg => ({
      code: 'ALLOCATION',
      debit: funds,
      credit: order.trancheAccountId,
      amount: order.totalMinor,
    })),
  ];
}
