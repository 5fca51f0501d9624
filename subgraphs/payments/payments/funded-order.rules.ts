import type { EscrowId, OrderId, SellerId } from '#contracts/ids';
import { type PaymentPart, partMinor } from '../escrow/plan.rules';
import { T15_ALARM_MS, deadlinesOf } from '../deadlines/timer.rules';
import type { TrancheRow } from '../escrow/tranche.entity';
import type { ReceiptContent } from '../receipts/receipt.rules';
import type { TrancheToFund } from './funding.rules';

type ReceiptLines = ReceiptContent['orders'][number]['lines'];

/** An order of a payment as funding needs it. */
export interface FundedOrder {
  readonly escrowId: EscrowId;
  readonly escrowVersion: number;
  readonly orderId: OrderId;
  readonly sellerId: SellerId;
  readonly handlingDays: number;
  readonly balanceDays: number;
  /** What this payment brings for it. */
  readonly totalMinor: bigint;
  /** What it costs in all. */
  readonly wholeMinor: bigint;
  /** What stays open when that is in. */
  readonly outstandingMinor: bigint;
  readonly taxMinor: bigint;
  /** What was bought, by the id of the line; null when it was not told. */
  readonly lines: ReceiptLines | null;
  readonly tranches: readonly FundedTranche[];
}

/** Its part that holds money by itself. */
export interface FundedTranche extends TrancheToFund {
  readonly id: string;
  /** Of a milestone: how many days it takes. */
  readonly days: number | null;
}

/** The same as the database tells it: amounts as text, because JSON numbers lose digits. */
export type OrderRow = Omit<
  FundedOrder,
  'totalMinor' | 'wholeMinor' | 'outstandingMinor' | 'taxMinor' | 'tranches'
> & {
  readonly totalMinor: string;
  readonly taxMinor: string;
  readonly depositMinor: string;
  readonly tranches: readonly (Pick<FundedTranche, 'id' | 'state' | 'days'> & {
    readonly kind: TrancheRow['kind'];
    readonly accountId: string;
    readonly agreedMinor: string | null;
  })[];
};
/** What a payment of a part brings for an order. */
export function orderOf(
  part: PaymentPart,
  { depositMinor, tranches, ...row }: OrderRow,
): FundedOrder {
  const order = { totalMinor: BigInt(row.totalMinor), depositMinor: BigInt(depositMinor) };
  const totalMinor = partMinor(part, order);
  return {
    ...row,
    totalMinor,
    wholeMinor: order.totalMinor,
    taxMinor: BigInt(row.taxMinor),
    outstandingMinor: part === 'DEPOSIT' ? order.totalMinor - totalMinor : 0n,
    tranches: tranches.map(({ kind, accountId, agreedMinor, ...one }) => ({
      ...one,
      accountId: BigInt(accountId),
      // what a case was about goes on with the rest, and nothing comes in for it
      amountMinor: kind === 'CLAIM' ? 0n : agreedMinor === null ? totalMinor : BigInt(agreedMinor),
    })),
  };
}

/** True when nothing of an order stays open. */
export const isPaid = ({ outstandingMinor }: FundedOrder): boolean => outstandingMinor === 0n;

/** Where the money of an order is when this payment is in. */
export const fundedState = (order: FundedOrder) => (isPaid(order) ? 'FUNDED' : 'DEPOSITED');

/** What runs from the funding on: the seller has to ship, or the buyer to pay the rest; and nothing is held for ever. */
export function deadlinesFrom(fund: readonly FundedOrder[]) {
  const rest = { tracked: true, service: 'STANDARD' } as const;
  return fund.flatMap((order) => {
    const { escrowId, handlingDays, balanceDays } = order;
    const goods = { goods: 'PHYSICAL', business: false, tier: null } as const;
    const terms = { ...goods, handlingDays, balanceDays };
    return [
      ...order.tranches.flatMap(({ id: subject, days }) =>
        deadlinesOf({ ...rest, days, state: fundedState(order) }, terms).map((deadline) => ({
          ...deadline,
          subject,
        })),
      ),
      { kind: 'T15_ALARM', ms: T15_ALARM_MS, subject: escrowId },
    ];
  });
}
