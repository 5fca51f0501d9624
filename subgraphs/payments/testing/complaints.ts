import { MINUTE } from '#kernel/clock/clock';
import { idKind, uuidOf } from '#kernel/ids/id';
import { until } from '#kernel/testing/until';
import type { PlacedGroup, World } from './world';

const newsIds = idKind('evt');

/** What a payer complains about at the bank. */
export interface Complaint {
  readonly reason?: string;
  readonly outcome?: 'won' | 'lost';
  readonly warning?: boolean;
  /** All that was captured by default. */
  readonly amountMinor?: string;
  /** Which tender of the payment. */
  readonly tender?: number;
  /** Or what the PSP calls it, also of a payment that failed. */
  readonly pspPaymentId?: string;
}

/** A row of `chargeback` as a test looks at it. */
export interface SeenChargeback {
  readonly id: string;
  readonly state: string;
  readonly pspDisputeId: string;
  readonly uncoveredMinor: bigint;
}

/** The payer complains about a paid group at the bank, and we have heard of it. */
export async function complain(
  world: World,
  group: PlacedGroup,
  { tender = 0, pspPaymentId, ...complaint }: Complaint = {},
): Promise<SeenChargeback> {
  const tenders = await world.db.query<{ pspPaymentId: string }>(
    `select t."pspPaymentId" from tender t join payment p on p.id = t."paymentId"
     where $1 = any (p."orderIds") and t.state = 'CAPTURED' order by t.number`,
    [group.orders[0]?.orderId],
  );
  const before = new Set((await world.psp.books()).disputes.map(({ id }) => id));
  await world.psp.post('/sim/disputes', {
    ...{ reason: 'product_not_received', outcome: 'lost', ...complaint },
    paymentId: pspPaymentId ?? tenders[tender]?.pspPaymentId,
  });
  const { disputes } = await world.psp.books();
  const id = disputes.find((one) => !before.has(one.id))?.id ?? '';
  await newsOf(world, id);
  await until(async () => (await chargebackOf(world, id)) !== undefined, 'the chargeback');
  return (await chargebackOf(world, id)) as SeenChargeback;
}

const FAR_AHEAD_MS = 4 * MINUTE;

/** The PSP's webhooks are of now: once a test's clock has gone far ahead none is believed, so it is handed in. */
export async function newsOf(world: World, pspDisputeId: string): Promise<void> {
  const now = world.clock.now();
  if (now.getTime() - Date.now() < FAR_AHEAD_MS) return;
  await world.db.query(
    `insert into "pspEvent" (connection, id, type, reference, "pspId", about, "receivedAt", "nextAt")
     values ('test', $1, 'dispute', '', $2, 'DISPUTE', $3, $3)`,
    [newsIds.create(), pspDisputeId, now],
  );
}

/** What we have about a dispute of the PSP. */
export const chargebackOf = (
  world: World,
  pspDisputeId: string,
): Promise<SeenChargeback | undefined> =>
  world.db.first('select * from chargeback where "pspDisputeId" = $1', [pspDisputeId]);

/** Waits until a chargeback is in a state. */
export const reaches = (world: World, id: string, state: string): Promise<unknown> =>
  until(
    async () =>
      (await world.db.first<SeenChargeback>('select * from chargeback where id = $1', [id]))
        ?.state === state,
    `${id} to be ${state}`,
    15_000,
  );

/** What the buyer has: from the bank, by refunds that the PSP paid, as credit; and what is still the order's. */
export async function broughtTo(world: World, group: PlacedGroup, id: string): Promise<bigint[]> {
  const account = (kind: number, owner: string) =>
    `(select coalesce(sum(cp - dp), 0)::bigint from ledger_total where kind = ${kind}
       and owner_id = '${owner}')`;
  const [row] = await world.db.query<Record<string, bigint>>(
    `select case when c.state in ('LOST', 'ACCEPTED') then c."amountMinor" else 0 end as bank,
       (select coalesce(sum(l."amountMinor"), 0)::bigint from "refundLeg" l
         join refund r on r.id = l."refundId"
         where r."orderId" = $2 and l.state = 'SUCCEEDED') as paid,
       ${account(5, uuidOf(group.buyerId))} as credit,
       (select sum(t."availableMinor")::bigint from tranche t join escrow e on e.id = t."escrowId"
         where e."orderId" = $2) as left
     from chargeback c where c.id = $1`,
    [id, group.orders[0]?.orderId],
  );
  return Object.values(row ?? {});
}
/** What chargebacks have cost the platform. */
export async function lossesOf(world: World): Promise<bigint> {
  const row = await world.db.first<{ n: bigint }>(
    'select coalesce(sum(dp - cp), 0)::bigint as n from ledger_total where kind = 24',
  );
  return row?.n ?? 0n;
}
