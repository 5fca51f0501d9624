import type { RefundId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { partOfFees } from '../escrow/fees.rules';
import type { Shares } from '../releases/release.rules';
import { type Leaving, feesOfAll } from '../escrow/split.rules';
import type { TrancheRow } from '../escrow/tranche.entity';
import type { Held } from '../escrow/tranche.service';
import { refuse } from '../payments.errors';
import { type RefundedGoods, type TrancheGoods, takeGoods } from './refund-lines.rules';
import { type RefundPart, bear } from './refund.rules';
import { sharesOfPart } from './refund-source.service';

/** What a refund by lines takes, and of which goods. */
export interface LinesTaken {
  readonly goods: readonly RefundedGoods<TrancheRow>[];
  /** With the fees that the goods bear themselves. */
  readonly parts: readonly (RefundPart<TrancheRow> & { readonly shares: Shares })[];
  readonly amountMinor: bigint;
}

// What is refunded does not leave with a parcel any more: later parcels must not take its share of the money.
const WRITE = `
  with x as (
    select * from unnest($2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[])
      as x ("trancheId", "orderLineId", quantity, amount, commission, tax)),
  line as (
    insert into "refundLine" ("refundId", "trancheId", "orderLineId", quantity, "amountMinor")
    select $1, "trancheId", "orderLineId", quantity, amount from x),
  gone as (
    delete from "trancheLine" t using x where t."trancheId" = x."trancheId"
      and t."orderLineId" = x."orderLineId" and t.quantity = x.quantity)
  update "trancheLine" t set quantity = t.quantity - x.quantity,
    "amountMinor" = t."amountMinor" - x.amount,
    "commissionMinor" = t."commissionMinor" - x.commission, "taxMinor" = t."taxMinor" - x.tax
  from x where t."trancheId" = x."trancheId" and t."orderLineId" = x."orderLineId"
    and t.quantity > x.quantity`;

/** Decides what goods of a locked escrow cost. Refuses with AMOUNT_EXCEEDS_AVAILABLE, TRANCHE_FROZEN. */
export async function linesTaken(
  tx: Tx,
  { tranches }: Held,
  wanted: readonly Leaving[],
): Promise<LinesTaken> {
  const rows = await tx.query<TrancheGoods>(
    'select * from "trancheLine" where "trancheId" = any ($1) order by "orderLineId"',
    [tranches.map(({ id }) => id)],
  );
  const goods = takeGoods(wanted, tranches, rows);
  const parts = goods?.map(({ tranche, amountMinor }) => bear(amountMinor, [tranche]));
  if (goods === undefined || parts === undefined || parts.includes(undefined)) {
    const isFrozen = tranches.some(({ state }) => state === 'FROZEN');
    throw refuse(isFrozen ? 'TRANCHE_FROZEN' : 'AMOUNT_EXCEEDS_AVAILABLE', {
      field: ['input', 'lines'],
    });
  }
  return {
    goods,
    parts: goods.flatMap((one, n) => priced(one, rows, parts[n] ?? [])),
    amountMinor: goods.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
  };
}

/**
 * The fees of goods: as they were told of each line, not in proportion to the money of all. Where what is refunded comes
 * from both what is held and what was released, or nobody told them, they are shared like everything.
 */
function priced(
  { tranche, lines, amountMinor }: RefundedGoods<TrancheRow>,
  rows: readonly TrancheGoods[],
  parts: readonly RefundPart<TrancheRow>[],
): LinesTaken['parts'] {
  const [part, ...more] = parts;
  const own = feesOfAll(lines);
  const all = feesOfAll(rows.filter(({ trancheId }) => trancheId === tranche.id));
  if (part === undefined || more.length > 0 || own === undefined || all === undefined) {
    return parts.map((one) => ({ ...one, shares: sharesOfPart(one) }));
  }
  const amount = leftIn(part);
  const { commission, tax } = sharesOfPart({ ...part, amountMinor: amount });
  const others = { commission: all.commission - own.commission, tax: all.tax - own.tax };
  const fees = partOfFees({ amount, commission, tax }, amountMinor, own, others);
  return [{ ...part, shares: { ...fees, net: amountMinor - fees.commission - fees.tax } }];
}

const leftIn = ({ tranche, from }: RefundPart<TrancheRow>): bigint =>
  from === 'HELD'
    ? tranche.capturedMinor - tranche.refundedMinor - tranche.releasedMinor
    : tranche.releasedMinor - tranche.clawedBackMinor;

const REST = {
  HELD: `update tranche set "feeFromMinor" = $2, "feeCommissionMinor" = $3, "feeTaxMinor" = $4
    where id = $1`,
  RELEASED: `update tranche set "backFromMinor" = $2, "backCommissionMinor" = $3, "backTaxMinor" = $4
    where id = $1`,
};

/** What is left of each tranche is counted by itself from here on: the goods took their own fees with them. */
async function writeRest(tx: Tx, { parts }: LinesTaken): Promise<void> {
  for (const { tranche, from, amountMinor, shares } of parts) {
    const all = leftIn({ tranche, from, amountMinor });
    const left = sharesOfPart({ tranche, from, amountMinor: all });
    const at = from === 'HELD' ? tranche.capturedMinor : tranche.releasedMinor;
    await tx.query(REST[from], [
      ...[tranche.id, at - all + amountMinor],
      ...[left.commission - shares.commission, left.tax - shares.tax],
    ]);
  }
}

/** Writes which goods a refund gave the money back for. */
export async function writeLines(tx: Tx, id: RefundId, taken: LinesTaken): Promise<void> {
  await writeRest(tx, taken);
  const { goods } = taken;
  const lines = goods.flatMap((one) =>
    one.lines.map((line) => ({ ...line, trancheId: one.tranche.id })),
  );
  await tx.query(WRITE, [
    id,
    lines.map(({ trancheId }) => trancheId),
    lines.map(({ orderLineId }) => orderLineId),
    lines.map(({ quantity }) => quantity),
    lines.map(({ amountMinor }) => amountMinor),
    lines.map(({ commissionMinor }) => commissionMinor ?? null),
    lines.map(({ taxMinor }) => taxMinor ?? null),
  ]);
}
