import type { RefundId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { lockFunds, takeBack } from '../balances/seller-funds.service';
import type { EscrowRow } from '../escrow/escrow.entity';
import { heldShares, sharesFrom } from '../escrow/fees.rules';
import type { Shares } from '../releases/release.rules';
import type { TrancheRow } from '../escrow/tranche.entity';
import { type Leg, PLATFORM } from '../ledger/ledger.rules';
import { openAccounts } from '../ledger/ledger.service';
import { balanceTransactionIds } from '../payments.ids';
import { type ReversedRemittance, reverseIn } from '../advances/remittance.service';
import type { RefundPart, RefundSource } from './refund.rules';

/** Part of a refund, and how it divides into commission, tax and the seller's net. */
export interface PricedPart extends RefundPart<TrancheRow> {
  readonly shares: Shares;
}

/** Fees fall away with a refunded part: those agreed for what is held, those taken for what was released. */
export function sharesOfPart({ tranche, from, amountMinor }: RefundPart<TrancheRow>): Shares {
  if (from === 'HELD') {
    const goneMinor = tranche.refundedMinor + tranche.releasedMinor;
    return heldShares({ ...tranche, goneMinor }, amountMinor);
  }
  return sharesOfReleased(tranche, amountMinor);
}

/** How the next amount of what was released and not taken back divides. */
export function sharesOfReleased(tranche: TrancheRow, amountMinor: bigint): Shares {
  const terms = {
    totalMinor: tranche.releasedMinor,
    commissionMinor: tranche.releasedCommissionMinor,
    taxMinor: tranche.releasedTaxMinor,
  };
  const rest = {
    from: tranche.backFromMinor,
    commission: tranche.backCommissionMinor ?? 0n,
    tax: tranche.backTaxMinor ?? 0n,
  };
  return sharesFrom(terms, rest, tranche.clawedBackMinor, amountMinor);
}

export const sum = <T>(parts: readonly T[], of: (part: T) => bigint): bigint =>
  parts.reduce((total, part) => total + of(part), 0n);

export function sourceOf(parts: readonly PricedPart[]): RefundSource {
  const [first] = parts;
  if (parts.some(({ from }) => from !== first?.from)) return 'BOTH';
  return first?.from === 'RELEASED' ? 'CLAW_BACK' : 'TRANCHE';
}

/** Out of what is held, straight to what is due. */
export const heldLegs = (parts: readonly PricedPart[], due: bigint): Leg[] =>
  parts
    .filter(({ from }) => from === 'HELD')
    .map(({ tranche, amountMinor }) => ({
      code: 'REFUND_HELD',
      debit: tranche.accountId,
      credit: due,
      amount: amountMinor,
    }));

/** A claw-back about to be made: the seller's money is locked. */
export interface Taken {
  /** What the seller would owe. */
  readonly missing: bigint;
  readonly legs: (due: bigint) => Promise<Leg[]>;
  readonly addLine: (why: { refundId: RefundId; cause: string }) => Promise<void>;
}

const ADD_LINE = `
  insert into "balanceTransaction" (id, "accountId", "sellerId", currency, kind, "amountMinor",
    "grossMinor", "commissionMinor", "taxMinor", "orderId", cause, "causeId", "occurredAt",
    "availableAt")
  values ($1, $2, $3, $4, 'CLAW_BACK', $5, $6, $7, $8, $9, $10, $11, $12, $12)`;

/** The seller gives back the net less what advances took of it, which is outstanding again; the platform its fees. */
export async function fromSeller(
  tx: Tx,
  escrow: EscrowRow,
  parts: readonly PricedPart[],
): Promise<Taken> {
  const { sellerId, currency, orderId } = escrow;
  const gross = sum(parts, ({ amountMinor }) => amountMinor);
  const commission = sum(parts, ({ shares }) => shares.commission);
  const tax = sum(parts, ({ shares }) => shares.tax);
  const funds = await lockFunds(tx, sellerId, currency);
  const reversals = await reversalsOf(tx, parts);
  const fromAdvances = sum(reversals, ({ amount }) => amount);
  const net = sum(parts, ({ shares }) => shares.net) - fromAdvances;
  const has = funds.available + funds.pending + funds.reserve;
  return {
    missing: net > has ? net - has : 0n,
    legs: async (due) => {
      const [fees = 0n, taxes = 0n] = await openAccounts(tx, [
        { kind: 'FEE_REVENUE', owner: PLATFORM, currency },
        { kind: 'TAX_PAYABLE', owner: PLATFORM, currency },
      ]);
      const into = { account: due, amount: net, code: 'REFUND_CLAW_BACK' as const };
      return [
        ...(await takeBack(tx, funds, escrow, into)),
        ...reversals.map(({ account, amount }): Leg => ({
          ...{ code: 'ADVANCE_REVERSED', debit: account, credit: due, amount },
        })),
        { code: 'REFUND_COMMISSION', debit: fees, credit: due, amount: commission },
        { code: 'REFUND_TAX', debit: taxes, credit: due, amount: tax },
      ];
    },
    addLine: async ({ refundId, cause }) => {
      if (net === 0n) return;
      const line = [balanceTransactionIds.create(), funds.accounts.available, sellerId, currency];
      const amounts = [-net, -gross, -commission, -tax];
      await tx.query(ADD_LINE, [...line, ...amounts, orderId, cause, refundId, tx.now]);
    },
  };
}

/** What advances took of the parts goes back at its own rate. */
async function reversalsOf(tx: Tx, parts: readonly PricedPart[]): Promise<ReversedRemittance[]> {
  const all: ReversedRemittance[] = [];
  for (const { tranche, amountMinor, shares } of parts) {
    const clawedBack = tranche.clawedBackMinor + amountMinor;
    const back = { trancheId: tranche.id, released: tranche.releasedMinor, clawedBack };
    all.push(...(await reverseIn(tx, { ...back, net: shares.net })));
  }
  return all;
}
