import { fact } from '#contracts/fact';
import { type ShipmentId, trancheIds } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { heldShares } from './fees.rules';
import {
  type Part,
  type SplitGoods,
  type SplitMoney,
  goneOf,
  partTranche,
  splitMoney,
} from './split.rules';
import type { TrancheRow } from './tranche.entity';
import { type Held, aboutEscrow, partiesOf, withTranche } from './tranche.service';
import { copyTimers, moveTimers } from '../deadlines/tranche-timers.service';

/** Goods that leave a tranche with a parcel. */
export interface Parcel {
  readonly shipmentId: ShipmentId;
  readonly tracked: boolean;
  readonly service: TrancheRow['service'];
  readonly goods: SplitGoods;
}

const WRITE = `
  with old as (
    update tranche set "capturedMinor" = "capturedMinor" - $3,
      "commissionMinor" = "commissionMinor" - $4, "taxMinor" = "taxMinor" - $5,
      "feeFromMinor" = $16, "feeCommissionMinor" = $17, "feeTaxMinor" = $18,
      version = version + 1 where id = $1),
  made as (
    insert into tranche (id, "escrowId", "accountId", "capturedMinor", "commissionMinor",
      "taxMinor", kind, state, "shipmentId", tracked, "deliveredAt", service, "extendedByBuyer",
      "grantedDays", "lostAt", title, number, days, "changesReason")
    select $2, $6, $7, $3, $4, $5, $8, $9, $10, $11, $12, $15, "extendedByBuyer", "grantedDays",
      "lostAt", title, number, days, "changesReason" from tranche where id = $1)
  update escrow set state = $13, version = $14 where id = $6`;

const MOVE_GOODS = `
  with gone as (delete from "trancheLine" where "trancheId" = $1)
  insert into "trancheLine" ("trancheId", "orderLineId", quantity, "amountMinor",
    "commissionMinor", "taxMinor")
  select $2, * from unnest($3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[])`;

const KEEP_GOODS = `
  insert into "trancheLine" ("trancheId", "orderLineId", quantity, "amountMinor",
    "commissionMinor", "taxMinor")
  select $1, * from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[])`;

/**
 * Part of a locked escrow's goods leaves: a tranche of its own takes over their money and their fees, and ships.
 * Undefined when one of the two parts would have no money.
 */
export async function splitOff(
  tx: Tx,
  held: Held,
  from: TrancheRow,
  { shipmentId, tracked, service, goods }: Parcel,
): Promise<Held | undefined> {
  const money = splitMoney({ ...from, goneMinor: goneOf(from) }, goods);
  if (money.totalMinor === 0n || money.totalMinor === from.availableMinor) return undefined;
  const part = {
    kind: 'SHIPMENT',
    state: 'SHIPPED',
    shipmentId,
    tracked,
    service,
    deliveredAt: null,
  } as const;
  const { now, made } = await split(tx, held, from, part, money);
  await tx.query(MOVE_GOODS, [from.id, made.id, ...columns(goods.leaving)]);
  await tx.query(KEEP_GOODS, [from.id, ...columns(goods.staying)]);
  await moveTimers(tx, now.escrow, made);
  return now;
}

/** A case is about part of a tranche's money: that part becomes a tranche of its own, in the same state. */
export async function splitClaim(
  tx: Tx,
  held: Held,
  from: TrancheRow,
  amountMinor: bigint,
): Promise<{ readonly now: Held; readonly made: TrancheRow }> {
  const at = goneOf(from);
  const { commission, tax } = heldShares({ ...from, goneMinor: at }, amountMinor);
  const money = { totalMinor: amountMinor, commissionMinor: commission, taxMinor: tax };
  const parted = await split(tx, held, from, { ...from, kind: 'CLAIM' }, money);
  await copyTimers(tx, from.id, parted.made.id);
  return parted;
}

async function split(
  tx: Tx,
  held: Held,
  from: TrancheRow,
  { kind, state, shipmentId, tracked, service, deliveredAt }: Part,
  money: SplitMoney,
): Promise<{ readonly now: Held; readonly made: TrancheRow }> {
  const { escrow } = held;
  const { currency } = escrow;
  const id = trancheIds.create();
  const [accountId = 0n] = await openAccounts(tx, [
    { kind: 'TRANCHE', owner: uuidOf(id), currency },
  ]);
  const part = { id, accountId, kind, state, shipmentId, tracked, service, deliveredAt };
  const { made, rest } = partTranche(from, part, money);
  const now = withTranche({ escrow, tranches: [...held.tranches, made] }, rest);
  const amounts = [money.totalMinor, money.commissionMinor, money.taxMinor];
  const columnsOf = [kind, state, shipmentId, tracked, deliveredAt];
  await tx.query(WRITE, [
    from.id,
    id,
    ...amounts,
    escrow.id,
    accountId,
    ...columnsOf,
    now.escrow.state,
    now.escrow.version,
    service,
    ...[rest.feeFromMinor, rest.feeCommissionMinor, rest.feeTaxMinor],
  ]);
  await post(
    tx,
    posting(`${id}:split`, currency, tx.now, [
      { code: 'SPLIT', debit: from.accountId, credit: accountId, amount: money.totalMinor },
    ]),
  );
  tx.publish(
    fact('escrow.progressed', aboutEscrow(now.escrow), { ...partiesOf(escrow), to: state }),
  );
  return { now, made };
}

const columns = (goods: SplitGoods['leaving']): unknown[] => [
  goods.map(({ orderLineId }) => orderLineId),
  goods.map(({ quantity }) => quantity),
  goods.map(({ amountMinor }) => amountMinor),
  goods.map(({ commissionMinor }) => commissionMinor ?? null),
  goods.map(({ taxMinor }) => taxMinor ?? null),
];
