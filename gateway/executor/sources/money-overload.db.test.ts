import { newSecret, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { StatementSigner, StatementVerifier } from '#kernel/auth/statement';
import type { DoorResponse } from '#kernel/graphql/door';
import { httpDoor } from '#kernel/server/http-door';
import { silentLogger } from '#kernel/server/log';
import { user } from '../../../subgraphs/payments/testing/acts';
import { type Paid, type PlacedGroup, World } from '../../../subgraphs/payments/testing/world';
import { listenLocally } from '../../testing/http-doors';
import { HttpDoor } from './http-door';
import { within } from './patience';

/** What payments takes at a time here, and ten times as much. */
const TAKEN = 8;
const ASKED = 10 * TAKEN;
const GATEWAYS = 4;

const key = newSigningKey();
const channelSecret = newSecret();
let world: World;
let server: ReturnType<typeof httpDoor>;
let doors: HttpDoor[];
beforeAll(async () => {
  world = await World.open();
  const { clock, payments: subgraph } = world;
  const verifier = new StatementVerifier(publicHalf(key), 'payments', clock);
  const common = { channelSecret, clock, log: silentLogger() };
  server = httpDoor({ subgraph, verifier, mostUnderWay: TAKEN, ...common });
  const url = await listenLocally(server);
  doors = Array.from({ length: GATEWAYS }, () => {
    return new HttpDoor({
      name: 'payments',
      url,
      signer: new StatementSigner(key, clock),
      ...common,
    });
  });
});
afterAll(async () => {
  await Promise.all(doors.map((door) => door.close()));
  server.closeAllConnections();
  server.close();
  await world.close();
});

/** What a buyer wants to pay, and what was said to it. */
interface Wish {
  readonly group: PlacedGroup;
  readonly input: object;
}

async function wish(): Promise<Wish> {
  const group = world.group([1_000n]);
  const paymentRequest = await world.sealed(group);
  const amount = { minorUnits: '1000', currencyCode: 'EUR' };
  const tenders = [{ token: 'tok_ok', amount }];
  return { group, input: { paymentRequest, tenders, idempotencyKey: group.request.orderGroupId } };
}

const PAY = `mutation ($input: PaymentCreateInput!) {
  paymentCreate(input: $input) { payment { id status } userErrors { code } }
}`;

/** Pays through one of several gateways; a whole answer, or the code of its error. */
async function pay({ group, input }: Wish, n: number): Promise<Paid | string> {
  const answer = await within<DoorResponse>(10_000, (patience) =>
    (doors[n % GATEWAYS] as HttpDoor).execute(
      { query: PAY, variables: { input } },
      user(group.buyerId),
      patience,
    ),
  );
  const code = answer.errors?.[0]?.extensions?.['code'] as string | undefined;
  return code === undefined ? (answer.data?.['paymentCreate'] as Paid) : code;
}

const paidGroups = (): Promise<{ orderGroupId: string }[]> =>
  world.db.query('select "orderGroupId" from payment order by id');

test('ten times what payments can do: the rest is refused untouched, what was taken is kept, and it recovers', async () => {
  const wishes = await Promise.all(Array.from({ length: ASKED }, wish));
  const answers = await Promise.all(wishes.map(pay));
  const shed = wishes.filter((_, n) => answers[n] === 'SERVICE_BUSY');
  const taken = wishes.filter((_, n) => typeof answers[n] === 'object');
  expect(shed.length + taken.length).toBe(ASKED);
  expect(shed.length).toBeGreaterThan(ASKED / 2);
  expect(taken.length).toBeGreaterThanOrEqual(TAKEN);
  await world.settled();
  const kept = (await paidGroups()).map(({ orderGroupId }) => orderGroupId).sort();
  expect(kept).toEqual(taken.map(({ group }) => group.request.orderGroupId).sort());
  const keys = await world.db.query('select 1 as one from idempotency');
  expect(keys).toHaveLength(taken.length); // who was refused may use the same key

  // Some ask again, also who was answered; now no more than can be done.
  for (let n = 0; n < 3 * TAKEN; n += TAKEN) {
    const again = await Promise.all(wishes.slice(n, n + TAKEN).map(pay));
    for (const [at, answer] of again.entries()) {
      const before = answers[n + at];
      const id: unknown = typeof before === 'object' ? before.payment?.id : expect.any(String);
      expect(answer).toMatchObject({ payment: { id }, userErrors: [] });
    }
  }
  await world.settled();
  const paid = new Set([...taken, ...wishes.slice(0, 3 * TAKEN)]).size;
  expect(await paidGroups()).toHaveLength(paid);
  const { payments } = await world.psp.books();
  const once = Array.from({ length: paid }, () => '1000');
  expect(payments.map(({ capturedMinor }) => capturedMinor)).toEqual(once);
  expect(await world.violations()).toEqual([]);
});
