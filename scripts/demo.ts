import { readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { GraphClient } from './client/graph.client';
import { type LiveMessage, follow } from './client/live.client';
import { CarrierControl } from './replay/carrier.control';
import { Trade } from './demo/trade';
import { strangerSees } from './demo/stranger';
import { DEMO_PASSWORD } from './seed/demo.accounts';
import { SystemProcess, type Topology } from './system/system.process';

/** `npm run demo`: one trade on the demo catalogue, and the live timeline that a subscriber sees. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      carrier: { type: 'string', default: 'http://127.0.0.1:4720' },
      topology: { type: 'string', default: 'embedded' },
    },
  });
  const system =
    values.url === undefined
      ? await SystemProcess.start({ topology: values.topology as Topology })
      : undefined;
  try {
    const url = system?.url ?? values.url ?? '';
    await play(new GraphClient({ url, patienceMs: 10_000 }), system?.carrierUrl ?? values.carrier);
  } finally {
    await system?.stop();
    if (system !== undefined) rmSync(system.dataDir, { recursive: true, force: true });
  }
}

async function play(graph: GraphClient, carrierUrl: string): Promise<void> {
  const as = async (email: string): Promise<GraphClient> => {
    const input = { email, password: DEMO_PASSWORD };
    const { accessToken } = await graph.mutate<{ accessToken: string }>(
      'accountSignIn',
      'accessToken',
      input,
    );
    return graph.as(accessToken);
  };
  const [buyer, seller, stranger] = await Promise.all([
    as('buyer@demo.test'),
    as('seller@demo.test'),
    as('seller2@demo.test'),
  ]);
  const trade = new Trade(buyer, seller, new CarrierControl(carrierUrl));
  const { all: before } = await trade.sellerMoney();
  const placed = await trade.place('oak-desk-lamp', 2);
  say(`${placed.number}: 2 × Oak desk lamp, ${placed.total} EUR`);
  const seen: LiveMessage[] = [];
  const live = follow({
    url: buyer.url,
    token: buyer.token,
    query: readFileSync('schema/operations/OrderLive.graphql', 'utf8'),
    variables: { id: placed.id },
    onMessage: (message) => {
      seen.push(message);
      say(timeline(message));
    },
  });
  await trade.goThrough(placed);
  live.stop();
  const { all: after, available, onHold, reserved } = await trade.sellerMoney();
  const gained = after - before;
  const expected = await trade.earned(placed);
  say(`Seller's balance: ${cents(before)} → ${cents(after)} EUR, expected +${cents(expected)}`);
  say(
    `  of it available ${cents(available)}, waiting ${cents(onHold)}, kept back ${cents(reserved)}: ` +
      'a new seller is paid 3 days after delivery, a tenth of it after 30',
  );
  const leaks = await strangerSees(stranger, placed);
  for (const leak of leaks) say(`LEAK: ${leak}`);
  if (leaks.length === 0)
    say('A viewer who is not a party sees nothing: by query, by node, by subscription.');
  if (gained !== expected || leaks.length > 0 || seen.length < 5) process.exitCode = 1;
}

interface OrderSeen {
  readonly displayStatus: string;
  readonly paymentStatus: string;
  readonly escrow: { readonly state: string } | null;
  readonly shipments: readonly { readonly milestone: string }[];
  readonly seller: {
    readonly merchant: { readonly verification: { readonly state: string } } | null;
  };
}

function timeline(message: LiveMessage & Record<string, unknown>): string {
  const order = message['order'] as OrderSeen | null;
  const parcels = order?.shipments.map(({ milestone }) => milestone).join(', ');
  return [
    message.occurredAt.slice(11, 23),
    (message.eventType ?? message.kind).padEnd(30),
    `order ${order?.displayStatus ?? '-'}`.padEnd(22),
    `payment ${order?.paymentStatus ?? '-'}`.padEnd(18),
    `escrow ${order?.escrow?.state ?? '-'}`.padEnd(17),
    `parcel ${parcels === undefined || parcels === '' ? '-' : parcels}`.padEnd(25),
    `seller ${order?.seller.merchant?.verification.state ?? '-'}`,
  ].join(' ');
}

const cents = (minor: bigint): string =>
  `${String(minor / 100n)}.${String(minor % 100n).padStart(2, '0')}`;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
