import { uuidOf } from '#kernel/ids/id';
import { user } from './acts';
import { type DisputeActs, MEMBER } from './dispute.acts';
import type { MoneyModel } from './money.model';
import type { PlacedGroup, World } from './world';

/** The order and the seller that a sequence is about. */
export interface RealMoney {
  readonly world: World;
  readonly acts: DisputeActs;
  /** The seller can be paid out from then on. */
  readonly openPayouts: () => Promise<void>;
  readonly group: PlacedGroup;
  readonly orderId: string;
  readonly sellerId: string;
}

const ACCOUNT = (kind: number, owner: string): string => `
  coalesce((select case b.guard when 2 then b.debits_posted - b.credits_posted
      else b.credits_posted - b.debits_posted - b.debits_pending end
    from ledger_account a join ledger_balance b on b.account_id = a.id
    where a.kind = ${String(kind)} and a.owner_id = ${owner}::uuid and a.currency = 'EUR'), 0)::text`;

// Every cent of one order and its seller, from rows and accounts. Amounts travel as text: JSON numbers lose digits.
const LOOK = `
  select
    (select jsonb_agg(jsonb_build_array(t."availableMinor"::text, t."frozenMinor"::text,
        (t."releasedMinor" - t."clawedBackMinor")::text, t."chargedBackMinor"::text) order by t.id)
      from tranche t join escrow e on e.id = t."escrowId" where e."orderId" = $1) as parts,
    jsonb_build_object(
      'available', ${ACCOUNT(6, '$3')}, 'pending', ${ACCOUNT(7, '$3')},
      'reserve', ${ACCOUNT(11, '$3')}, 'owed', ${ACCOUNT(12, '$3')},
      'frozen', (select coalesce(sum(h."amountMinor"), 0)::text from hold h
        join escrow e on e.id = h."escrowId"
        where e."orderId" = $1 and h.source = 'RELEASED' and h."liftedAt" is null),
      'inTransit', (select coalesce(sum("amountMinor"), 0)::text from payout where "sellerId" = $2
        and state in ('CREATED', 'SUBMITTED', 'IN_TRANSIT', 'UNKNOWN')),
      'paidOut', (select coalesce(sum("amountMinor"), 0)::text from payout
        where "sellerId" = $2 and state = 'PAID')) as seller,
    (select coalesce(sum("amountMinor"), 0)::text from refund
      where "orderId" = $1 and state <> 'UNDONE') as refunded,
    (select coalesce(sum(l."amountMinor"), 0)::text from "refundLeg" l
      join refund r on r.id = l."refundId"
      where r."orderId" = $1 and l.state = 'SUCCEEDED') as "paidBack",
    ${ACCOUNT(5, '$4')} as credit,
    (select coalesce(sum(c."amountMinor"), 0)::text from chargeback c
      join payment p on p.id = c."paymentId" where $1 = any (p."orderIds")
      and c.state in ('OPENED', 'SUBMITTED', 'UNDER_REVIEW', 'LOST', 'ACCEPTED')) as taken,
    (select coalesce(sum(case x.credit when c."caseAccountId" then x.amount else -x.amount end), 0)::text
      from chargeback c join payment p on p.id = c."paymentId"
        join ledger_transfer x on (x.credit = c."caseAccountId" and x.code = 87)
          or (x.debit = c."caseAccountId" and x.code = 112)
      where $1 = any (p."orderIds")) as lost`;

/** The money as it is. */
export async function seenMoney({
  world,
  group,
  orderId,
  sellerId,
}: RealMoney): Promise<Record<string, unknown>> {
  const owners = [uuidOf(sellerId), uuidOf(group.buyerId)];
  return (
    (await world.db.first<Record<string, unknown>>(LOOK, [orderId, sellerId, ...owners])) ?? {}
  );
}

/** The money as the model has it, in the same words. */
export function expectedMoney(model: MoneyModel): Record<string, unknown> {
  const { available, pending, reserve, owed, frozen, inTransit, paidOut } = model.seller;
  const seller = { available, pending, reserve, owed, frozen, inTransit, paidOut };
  const { refunded, paidBack, taken, lost } = model;
  const { total: credit } = model.credits;
  return {
    parts: model.parts.map((part) =>
      [part.held, part.frozen, part.released, part.charged].map(String),
    ),
    seller: textsOf(seller),
    ...textsOf({ refunded, paidBack, credit, taken, lost }),
  };
}

const textsOf = (amounts: Readonly<Record<string, bigint>>): Record<string, string> =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount.toString()]));

/** What the seller sees of it in the graph: available, waiting, kept back, frozen, owed. */
export async function balanceOf({ world, sellerId }: RealMoney): Promise<Record<string, string>> {
  const { data } = await world.call(
    user(MEMBER),
    `query ($s: [_Any!]!) { _entities(representations: $s) { ... on Seller {
      balance(currencyCode: "EUR") { available { minorUnits } onHold { minorUnits }
        reserved { minorUnits } frozen { minorUnits } owed { minorUnits } } } } }`,
    { s: [{ __typename: 'Seller', id: sellerId }] },
  );
  const [found] = data?.['_entities'] as { balance: Record<string, { minorUnits: string }> }[];
  return Object.fromEntries(
    Object.entries(found?.balance ?? {}).map(([name, { minorUnits }]) => [name, minorUnits]),
  );
}
