import { type Fees, type HeldMoney, heldShares, leftOf, partOfFees } from './fees.rules';
import type { Terms } from '../releases/release.rules';
import type { TrancheRow } from './tranche.entity';

/** Goods of one order line, and their part of the money. */
export interface Goods {
  readonly orderLineId: string;
  readonly quantity: number;
  readonly amountMinor: bigint;
  /** Their part of the fees; null or absent when nobody said. */
  readonly commissionMinor?: bigint | null;
  readonly taxMinor?: bigint | null;
}

/** Goods that leave, by quantity. */
export interface Leaving {
  readonly orderLineId: string;
  readonly quantity: number;
}

/** Goods in two heaps: those that leave with a parcel, and those that stay. Together they are what was there. */
export interface SplitGoods {
  readonly leaving: readonly Goods[];
  readonly staying: readonly Goods[];
}

/** Takes goods out of a tranche's. A line's money follows its quantity, rounded down; the rest stays. */
export function splitGoods(goods: readonly Goods[], parcel: readonly Leaving[]): SplitGoods {
  const wanted = new Map<string, number>();
  for (const { orderLineId, quantity } of parcel) {
    wanted.set(orderLineId, (wanted.get(orderLineId) ?? 0) + quantity);
  }
  const leaving: Goods[] = [];
  const staying: Goods[] = [];
  for (const line of goods) {
    const { orderLineId, quantity, amountMinor } = line;
    const leaves = Math.min(wanted.get(orderLineId) ?? 0, quantity);
    const cut = (amount: bigint): bigint => (amount * BigInt(leaves)) / BigInt(quantity);
    const fees = feesOf(line);
    const rest = quantity - leaves;
    if (leaves > 0) {
      const own = fees && { commissionMinor: cut(fees.commission), taxMinor: cut(fees.tax) };
      leaving.push({ orderLineId, quantity: leaves, amountMinor: cut(amountMinor), ...own });
    }
    if (rest > 0) {
      const own = fees && {
        commissionMinor: fees.commission - cut(fees.commission),
        taxMinor: fees.tax - cut(fees.tax),
      };
      const left = amountMinor - cut(amountMinor);
      staying.push({ orderLineId, quantity: rest, amountMinor: left, ...own });
    }
  }
  return { leaving, staying };
}

/** What goods bear of the fees; undefined when nobody said. */
const feesOf = ({ commissionMinor, taxMinor }: Goods): Fees | undefined =>
  commissionMinor == null || taxMinor == null
    ? undefined
    : { commission: commissionMinor, tax: taxMinor };

/** The fees of some goods; undefined when nobody said them of all. */
export function feesOfAll(goods: readonly Goods[]): Fees | undefined {
  const all = goods.map(feesOf);
  if (all.some((one) => one === undefined)) return undefined;
  return all.reduce<Fees>(
    (sum, one) => ({
      commission: sum.commission + (one?.commission ?? 0n),
      tax: sum.tax + (one?.tax ?? 0n),
    }),
    { commission: 0n, tax: 0n },
  );
}

/** A tranche's money, minor units. */
export interface TrancheMoney extends HeldMoney {
  readonly availableMinor: bigint;
}

/** What a new tranche takes over from the one that it is split off from. */
export interface SplitMoney extends Terms {
  readonly totalMinor: bigint;
}

/**
 * The money that goes with the leaving goods: their share of what is still available, so that an earlier refund is
 * borne by all. Fees follow; nothing is priced again.
 */
export function splitMoney(money: TrancheMoney, { leaving, staying }: SplitGoods): SplitMoney {
  const sum = (goods: readonly Goods[]): bigint => goods.reduce((a, b) => a + b.amountMinor, 0n);
  const [part, rest] = [sum(leaving), sum(staying)];
  const all = part + rest;
  const totalMinor = all === 0n ? 0n : (money.availableMinor * part) / all;
  const [own, others] = [feesOfAll(leaving), feesOfAll(staying)];
  const { commission, tax } =
    own !== undefined && others !== undefined
      ? partOfFees(leftOf(money), totalMinor, own, others)
      : heldShares(money, totalMinor);
  return { totalMinor, commissionMinor: commission, taxMinor: tax };
}

/** What has left a tranche: from there on its fees are counted. */
export const goneOf = ({
  releasedMinor,
  refundedMinor,
}: Pick<TrancheRow, 'releasedMinor' | 'refundedMinor'>): bigint => releasedMinor + refundedMinor;

/** How a new tranche differs from the one that it is split off from, besides its money. */
export type Part = Pick<
  TrancheRow,
  'kind' | 'state' | 'shipmentId' | 'tracked' | 'service' | 'deliveredAt'
>;

/**
 * A tranche in two. The rest counts its fees by itself from here on: its goods may bear others than what left did, so
 * the ratio of what it has had in its whole life says nothing about what it still has.
 */
export function partTranche(
  from: TrancheRow,
  part: Part & Pick<TrancheRow, 'id' | 'accountId'>,
  { totalMinor, commissionMinor, taxMinor }: SplitMoney,
): { readonly made: TrancheRow; readonly rest: TrancheRow } {
  const goneMinor = goneOf(from);
  const left = leftOf({ ...from, goneMinor });
  return {
    made: {
      ...from,
      ...part,
      capturedMinor: totalMinor,
      availableMinor: totalMinor,
      commissionMinor,
      taxMinor,
      ...{ frozenMinor: 0n, releasedMinor: 0n, refundedMinor: 0n },
      ...{ releasedCommissionMinor: 0n, releasedTaxMinor: 0n },
      ...{ chargedBackMinor: 0n, clawedBackMinor: 0n },
      ...{ feeFromMinor: null, feeCommissionMinor: null, feeTaxMinor: null },
      ...{ backFromMinor: null, backCommissionMinor: null, backTaxMinor: null },
      agreedMinor: null,
      version: 0,
    },
    rest: {
      ...from,
      capturedMinor: from.capturedMinor - totalMinor,
      availableMinor: from.availableMinor - totalMinor,
      commissionMinor: from.commissionMinor - commissionMinor,
      taxMinor: from.taxMinor - taxMinor,
      feeFromMinor: goneMinor,
      feeCommissionMinor: left.commission - commissionMinor,
      feeTaxMinor: left.tax - taxMinor,
      version: from.version + 1,
    },
  };
}
