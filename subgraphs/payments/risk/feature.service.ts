import type { Tx } from '#kernel/db/database';
import type { FeatureValue, Features } from '#kernel/predicates/predicate';
import {
  WEEK_ROWS,
  WINDOWS,
  WINDOW_ROWS,
  type WindowFeature,
  type WindowOwner,
} from './feature.rules';
import { OF_GROUP, OF_ORDER } from './order-feature.rules';
import type { Snooze } from './risk-decision.entity';
import type { RiskPoint } from './risk.rules';

/** All that is read to judge something. */
export interface Known {
  readonly features: Features;
  readonly sets: readonly { readonly id: string; readonly state: 'LIVE' | 'SHADOW' }[];
  readonly snoozes: readonly Snooze[];
}

/** Who pays what; addresses, devices and cards as hashes, undefined where unknown. */
export interface Attempt {
  readonly paymentId: string;
  readonly orderGroupId: string;
  readonly buyerId: string;
  readonly network: string | undefined;
  readonly device: string | undefined;
  readonly tenders: readonly {
    readonly token: string;
    readonly card: string | undefined;
    readonly amountMinor: bigint;
  }[];
  /** Where the cards were issued, as far as known. */
  readonly cardCountries: readonly string[];
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly orders: readonly { readonly sellerId: string; readonly totalMinor: bigint }[];
}

/** Between whom money moves, at a point after the payment. */
export interface Move {
  readonly subject: string;
  readonly sellerId: string;
  readonly buyerId?: string;
  readonly orderGroupId?: string;
  readonly orderId?: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly deliveredAt?: Date | null;
  /** Whether the buyer has said that the goods are there. */
  readonly isConfirmed?: boolean;
}

/** $1 now, $2 point, $3 values that may be snoozed. */
const ACTIVE = `
  (select jsonb_agg(jsonb_build_object('id', id, 'state', state)) from "riskRuleSet"
    where point = $2 and state in ('LIVE', 'SHADOW')) as "activeSets",
  (select jsonb_agg(jsonb_build_object('rule', rule, 'value', value)) from "riskSnooze"
    where point = $2 and value = any ($3::text[]) and until > $1) as "activeSnoozes"`;

/** The parameter that an owner's value comes in. */
const OWNERS: Readonly<Record<WindowOwner, { readonly column: string; readonly value: string }>> = {
  buyer: { column: '"buyerId"', value: '$4' },
  network: { column: 'network', value: '$5' },
  device: { column: 'device', value: '$6' },
  card: { column: 'card', value: '$7' },
};

const SOURCES = { card: 'card', buyer: 'buyer', amount: 'amount' } as const;

function aggregateOf({ aggregate, of = 'amount' }: WindowFeature): string {
  const source = SOURCES[of];
  switch (aggregate) {
    case 'count':
      return 'count(distinct subject)';
    case 'distinct':
      return `count(distinct ${source})`;
    case 'mean':
      return `avg(${source})`;
    case 'stddev':
      return `stddev_pop(${source})`;
    case 'percentile95':
      return `percentile_cont(0.95) within group (order by ${source})`;
    case 'sum':
    case 'min':
    case 'max':
      return `${aggregate}(${source})`;
  }
}

const column = (window: WindowFeature): string => {
  const only = window.only === undefined ? '' : ` and ${window.only}`;
  const filter = `where at > $1::timestamptz - interval '${window.ms} ms'${only}`;
  return `(${aggregateOf(window)} filter (${filter}))::float8 as "${window.owner}.${window.name}"`;
};

/** One owner's latest payments, as many as are looked at, and the windows over them. */
function windowsOf(owner: WindowOwner): string {
  const windows = WINDOWS.filter((one) => one.owner === owner);
  const longest = Math.max(...windows.map(({ ms }) => ms));
  const { column: by, value } = OWNERS[owner];
  return `
    ${owner}_rows as (
      select s.subject, s.at, s."buyerId" as buyer, coalesce(s.card, s.token) as card,
        s."amountMinor"::float8 as amount, p.state = 'FAILED' as declined,
        p.state = 'CAPTURED' as captured
      from (select * from "riskSignal" where ${by} = ${value}::text
          and at > $1::timestamptz - interval '${longest} ms' order by at desc limit ${WINDOW_ROWS}) s
        left join payment p on p.id = s.subject),
    ${owner}_windows as (select ${windows.map(column).join(',\n      ')}${
      owner === 'buyer'
        ? `,
      (extract(epoch from $1::timestamptz - min(at)) / 86400)::float8 as "buyer.daysKnown"`
        : ''
    } from ${owner}_rows)`;
}

const TRUST = `case t.tier when 'RESTRICTED' then 0 when 'STANDARD' then 2 when 'TRUSTED' then 3
  else 1 end`;

// $8, $9: sellers and their orders' totals, $10 currency, $11 order group, $12 countries of the cards
const CHECKOUT = `
  with ${(Object.keys(OWNERS) as WindowOwner[]).map(windowsOf).join(',')},
  sellers as (
    select max(o.total / nullif(s.p95, 0)) filter (where s.n >= 20) as "amount.toSellerP95",
      max((o.total - s.mean) / nullif(s.deviation, 0)) filter (where s.n >= 20)
        as "amount.sellerDeviations",
      min(${TRUST})::float8 as "seller.trust"
    from unnest($8::text[], $9::float8[]) as o (id, total)
    left join "sellerTier" t on t."sellerId" = o.id
    cross join lateral (
      select count(*) n, percentile_cont(0.95) within group (order by amount) p95,
        avg(amount) mean, stddev_pop(amount) deviation
      from (select "totalMinor"::float8 as amount from escrow e
        where e."sellerId" = o.id and e.currency = $10 and e."fundedAt" is not null
          and e."createdAt" > $1::timestamptz - interval '90 days'
        order by e."createdAt" desc limit 100) latest) s)
  select *, ${OF_GROUP}, ${ACTIVE}
  from buyer_windows, network_windows, device_windows, card_windows, sellers`;

const PARTY = (by: string, value: string): string => `
  select count(*) filter (where at > $1::timestamptz - interval '90 days')::float8 as funded,
    (count(*) filter (where "wasRefunded") / nullif(count(*), 0)::float8) as refunded,
    (count(*) filter (where "wasDisputed") / nullif(count(*), 0)::float8) as disputed
  from (
    select "fundedAt" as at, exists (select 1 from refund r where r."orderId" = e."orderId")
      as "wasRefunded",
      exists (select 1 from dispute d where d."orderId" = e."orderId") as "wasDisputed"
    from escrow e where ${by} = ${value} and "fundedAt" is not null
      and "createdAt" > $1::timestamptz - interval '90 days'
    order by "createdAt" desc limit ${WINDOW_ROWS}) latest`;

/** Funded orders of the seller ($4) made between so many days ago, up to a number. */
const ordersOf = (from: number, to: number, most: number): string => `
  (select count(*) from (select 1 from escrow e where e."sellerId" = $4
    and e."fundedAt" is not null and e."createdAt" > $1::timestamptz - interval '${from} days'
    and e."createdAt" <= $1::timestamptz - interval '${to} days' limit ${most}) counted)`;

// materialized: each is counted once. The month before is only asked for when the week has enough orders.
const JUMP = `
  week as materialized (select ${ordersOf(7, 0, WEEK_ROWS)} as n),
  month as materialized (
    select case when w.n >= 10 then ${ordersOf(35, 7, 4 * WEEK_ROWS)} end as n from week w)`;

// $4 seller, $5 buyer, $6 order group, $7 when delivered, $8 order
const MONEY = `
  with seller as (${PARTY('"sellerId"', '$4')}),
  buyer as (${PARTY('"buyerId"', '$5::text')}),
  ${JUMP}
  select s.funded as "seller.ordersFunded_90d", s.refunded as "seller.refundRate_90d",
    s.disputed as "seller.disputeRate_90d", b.disputed as "buyer.disputeRate_90d",
    case when w.n >= 10 and (w.n < ${WEEK_ROWS} or m.n < ${4 * WEEK_ROWS})
      then (w.n / greatest(m.n / 4.0, 1))::float8 end as "seller.volumeJump",
    case when $5::text is not null then b.funded end as "buyer.ordersFunded_90d",
    b.refunded as "buyer.refundRate_90d",
    (select (${TRUST})::float8 from (select 1) one left join "sellerTier" t on t."sellerId" = $4)
      as "seller.trust",
    (select count(*)::float8 from "payoutAccount" mine join "payoutAccount" other
      using (destination) where mine."sellerId" = $4 and other."sellerId" <> $4)
      as "seller.accountSharedBy",
    case when $5::text is not null then exists (select 1 from "sellerMember" m
      where m."sellerId" = $4 and m."accountId" = $5) end as "parties.samePerson",
    case when $6::text is not null then exists (select 1 from "riskSignal" paid
      join payment p on p.id = paid.subject and p."orderGroupId" = $6
      join "riskSignal" asked on asked.network = paid.network and asked."sellerId" = $4
      where paid."buyerId" = $5) end as "parties.shareNetwork",
    (extract(epoch from $1::timestamptz - $7::timestamptz) / 60)::float8
      as "release.minutesSinceDelivery", ${OF_ORDER},
    ${ACTIVE}
  from seller s, buyer b, week w, month m`;

// $2 seller, $3 currency, $4 amount
const SELLER_PAID = `
  select (select (extract(epoch from $1::timestamptz - coalesce("changedAt", "createdAt")) / 3600)
      ::float8 from "payoutAccount" where "sellerId" = $2 and "removedAt" is null)
      as "seller.accountHours",
    (select level::float8 from "payoutGate" where "sellerId" = $2) as "seller.kybLevel",
    (select coalesce(sum("amountMinor"), 0)::float8 + $4::float8 from payout
      where "sellerId" = $2 and currency = $3 and "createdAt" > $1::timestamptz - interval '30 days'
        and state not in ('FAILED', 'RETURNED', 'CANCELLED')) as "seller.paidOut_30d",
    coalesce((select case r.state when 'OPEN' then 1 when 'DECLINED' then 2 else 0 end
      from "riskReview" r join "riskDecision" d on d.id = r.id
      where r.point = 'ONBOARDING' and r.subject = $2 and d.outcome = 'BLOCK_AND_REVIEW'
      order by r.id desc limit 1), 0)::float8 as "seller.onboarding",
    s.settled as "seller.settled_90d", s.cases / nullif(s.settled, 0) as "seller.caseRatio_90d"
  from (select count(*)::float8 as settled, (count(*) filter (where
        exists (select 1 from dispute d where d."orderId" = e."orderId" and d.state <> 'WITHDRAWN')
        or exists (select 1 from "chargebackPart" c where c."escrowId" = e.id)))::float8 as cases
    from escrow e where e."sellerId" = $2 and e."fundedAt" is not null
      and e."createdAt" > $1::timestamptz - interval '90 days') s`;

// $4 seller
const ONBOARDING = `
  select (select (${TRUST})::float8 from (select 1) one left join "sellerTier" t on t."sellerId" = $4)
      as "seller.trust",
    (select level::float8 from "payoutGate" where "sellerId" = $4) as "seller.kybLevel",
    (select count(*)::float8 from "payoutAccount" mine join "payoutAccount" other
      using (destination) where mine."sellerId" = $4 and other."sellerId" <> $4)
      as "seller.accountSharedBy",
    ${ACTIVE}`;

type ReadRow = Record<string, FeatureValue | null> & {
  readonly activeSets: Known['sets'] | null;
  readonly activeSnoozes: readonly Snooze[] | null;
};

/** What is known of a payment about to be made: one statement. */
export async function readAttempt(tx: Tx, point: RiskPoint, attempt: Attempt): Promise<Known> {
  const { buyerId, network, device, tenders, orders, currency } = attempt;
  const card = tenders.find((one) => one.card !== undefined)?.card;
  const given = {
    'amount.minor': Number(attempt.totalMinor),
    'amount.currency': currency,
    'buyer.id': buyerId,
    'network.hash': network,
    'device.hash': device,
    'card.hash': card,
    'seller.ids': [...new Set(orders.map(({ sellerId }) => sellerId))],
  };
  const row = await tx.first<ReadRow>(CHECKOUT, [
    ...[tx.now, point, [buyerId, network, device, card].filter((one) => one !== undefined)],
    ...[buyerId, network ?? null, device ?? null, card ?? null],
    orders.map(({ sellerId }) => sellerId),
    orders.map(({ totalMinor }) => Number(totalMinor)),
    ...[currency, attempt.orderGroupId, attempt.cardCountries],
  ]);
  // Nothing is known about an owner that is not: zero would look like innocence.
  const missing = [
    ...(network === undefined ? ['network.'] : []),
    ...(device === undefined ? ['device.'] : []),
    ...(card === undefined ? ['card.'] : []),
  ];
  return knownFrom(row, given, missing);
}

/** What is known of a seller who says where payouts go: one statement. */
export async function readOnboarding(tx: Tx, sellerId: string): Promise<Known> {
  const row = await tx.first<ReadRow>(ONBOARDING, [tx.now, 'ONBOARDING', [sellerId], sellerId]);
  return knownFrom(row, { 'seller.id': sellerId }, []);
}

/** What is known of money about to move on: one statement; of a payout, which is rare, one more about its seller. */
export async function readMove(tx: Tx, point: RiskPoint, move: Move): Promise<Known> {
  const { sellerId, buyerId, orderGroupId, orderId, deliveredAt, currency, amountMinor } = move;
  const { isConfirmed } = move;
  const given = {
    'amount.minor': Number(amountMinor),
    'amount.currency': currency,
    'seller.id': sellerId,
    'buyer.id': buyerId,
    'release.confirmed': isConfirmed,
  };
  const row = await tx.first<ReadRow>(MONEY, [
    ...[tx.now, point, [sellerId, buyerId].filter((one) => one !== undefined)],
    ...[sellerId, buyerId ?? null, orderGroupId ?? null, deliveredAt ?? null, orderId ?? null],
  ]);
  const paid =
    point === 'PAYOUT'
      ? await tx.first<ReadRow>(SELLER_PAID, [tx.now, sellerId, currency, Number(amountMinor)])
      : undefined;
  return knownFrom(row && { ...row, ...paid }, given, []);
}

function knownFrom(row: ReadRow | undefined, given: Features, missing: readonly string[]): Known {
  const { activeSets = null, activeSnoozes = null, ...read } = row ?? {};
  const features = Object.entries({ ...read, ...given }).filter(
    ([name, value]) =>
      value !== null && value !== undefined && !missing.some((owner) => name.startsWith(owner)),
  ) as [string, FeatureValue][];
  return {
    features: Object.fromEntries(features),
    sets: activeSets ?? [],
    snoozes: activeSnoozes ?? [],
  };
}
