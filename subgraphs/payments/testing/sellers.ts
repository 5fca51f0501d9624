import { user } from './acts';
import type { PlacedGroup, World } from './world';

export const MEMBER = 'acc_00000000000000000000000003';
const member = user(MEMBER);

/** A trusted seller who is paid out by hand. */
export async function openedSeller(world: World): Promise<string> {
  const { sellerId } = world.group([1n]).orders[0] ?? { sellerId: '' };
  await world.openSeller(sellerId, MEMBER, true);
  return sellerId;
}

/** An order of a seller that is paid and on its way. */
export async function soldBy(
  world: World,
  sellerId: string,
  total = 10_000n,
): Promise<PlacedGroup> {
  const group = world.group([total]);
  for (const order of group.orders) Object.assign(order, { sellerId });
  await world.pay(group);
  await world.ship(group);
  return group;
}

/** The same, and the buyer has it. */
export async function releasedBy(
  world: World,
  sellerId: string,
  total = 10_000n,
): Promise<PlacedGroup> {
  const group = await soldBy(world, sellerId, total);
  await world.partyFact('order.receipt_confirmed', group);
  return group;
}

/** A seller's money: available, waiting, kept back, owed, in the ads wallet. */
export async function moneyOf(world: World, sellerId: string): Promise<bigint[]> {
  const { data } = await world.call(
    member,
    `query ($s: [_Any!]!) { _entities(representations: $s) { ... on Seller {
      balance(currencyCode: "EUR") { available { minorUnits } onHold { minorUnits }
        reserved { minorUnits } owed { minorUnits } }
      adsWallet(currencyCode: "EUR") { balance { minorUnits } } } } }`,
    { s: [{ __typename: 'Seller', id: sellerId }] },
  );
  type Units = { minorUnits: string };
  const [found] = data?.['_entities'] as {
    balance: Record<string, Units>;
    adsWallet: { balance: Units };
  }[];
  const { available, onHold, reserved, owed } = found?.balance ?? {};
  return [available, onHold, reserved, owed, found?.adsWallet.balance].map((one) =>
    BigInt(one?.minorUnits ?? -1),
  );
}
/** Kind and amount of each line of a seller, oldest first. */
export const linesOf = async (world: World, sellerId: string): Promise<unknown[]> =>
  (
    await world.db.query<{ kind: string; minor: bigint }>(
      `select kind, "amountMinor" as minor from "balanceTransaction" where "sellerId" = $1 order by id`,
      [sellerId],
    )
  ).map(({ kind, minor }) => [kind, minor]);
/** Facts about something: type, amount, what is outstanding or why it was refused. */
export const toldOf = async (world: World, subject: string): Promise<unknown[]> =>
  (
    await world.db.query<{ type: string; data: Record<string, string> }>(
      'select type, data from outbox where subject = $1 order by "subjectVersion"',
      [subject],
    )
  ).map(({ type, data }) => [
    type,
    data['amountMinor'],
    data['outstandingMinor'] ?? data['reason'],
  ]);
