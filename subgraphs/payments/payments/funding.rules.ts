import type { Leg } from '../ledger/ledger.rules';
import type { PaymentPart } from '../escrow/plan.rules';
import type { TrancheState } from '../escrow/tranche.machine';

/** Money to hold that a payment brings. */
export interface TrancheToFund {
  readonly state: TrancheState;
  readonly accountId: bigint;
  readonly amountMinor: bigint;
}

/** An order of a payment, with the tranches that are to hold its money. */
export interface OrderToFund {
  readonly tranches: readonly TrancheToFund[];
}

/** Orders that still wait for this money, and those that were cancelled meanwhile: theirs goes back. */
export function divide<T extends OrderToFund>(
  part: PaymentPart,
  orders: readonly T[],
): { fund: T[]; giveBack: T[] } {
  const awaited: TrancheState = part === 'BALANCE' ? 'DEPOSITED' : 'AWAITING_FUNDS';
  const fund = orders.filter(({ tranches }) => tranches.every(({ state }) => state === awaited));
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
    ...fund.flatMap(({ tranches }) =>
      tranches.map(({ accountId: credit, amountMinor: amount }): Leg => ({
        ...{ code: 'ALLOCATION', debit: funds, credit, amount },
      })),
    ),
  ];
}
