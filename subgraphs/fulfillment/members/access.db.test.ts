import { ManualClock } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { startFulfillment } from '../fulfillment.main';
import {
  type MadeShipment,
  type Trade,
  WEBHOOK_SECRET,
  anonymous,
  apiKey,
  ask,
  createShipment,
  newTrade,
  openOrder,
  user,
} from '../testing/trade';

const START = new Date('2026-03-01T12:00:00Z');
const clock = new ManualClock(START);
let subgraph: Subgraph;
let close: () => Promise<void>;

beforeAll(async () => {
  const test = await openTestDatabase('fulfillment', clock);
  close = test.close;
  subgraph = await startFulfillment(
    { db: test.db, clock, log: silentLogger() },
    // Nothing listens there: these tests end before the carrier is needed.
    {
      carriers: {
        aurora: { url: 'http://127.0.0.1:9', apiKey: 'sk_x', webhookSecret: WEBHOOK_SECRET },
      },
    },
  );
});
afterAll(() => close());

const seller = (trade: Trade) => user(trade.sellerAccountId);
describe('who may', () => {
  let trade: Trade;
  let fulfillmentOrderId: string;
  let shipment: MadeShipment;
  const other = newTrade([1]);

  beforeAll(async () => {
    await openOrder(subgraph, other);
    trade = newTrade([9]);
    fulfillmentOrderId = await openOrder(subgraph, trade);
    const made = await createShipment(subgraph, seller(trade), {
      fulfillmentOrderId,
      lines: [{ orderLineId: trade.lineIds[0], quantity: 1 }],
    });
    if (made.shipment === null) throw new Error('no shipment');
    shipment = made.shipment;
  });

  const viewers = () => ({
    seller: seller(trade),
    'key with write': apiKey([trade.sellerId], ['fulfillment:write'], trade.buyerId),
    'key with read': apiKey([trade.sellerId], ['fulfillment:read'], trade.sellerAccountId),
    'key with other scopes': apiKey([trade.sellerId], ['orders:write'], trade.sellerAccountId),
    'key of another seller': apiKey([other.sellerId], ['fulfillment:write'], trade.sellerAccountId),
    'key that the buyer made': apiKey([other.sellerId], ['fulfillment:read'], trade.buyerId),
    buyer: user(trade.buyerId),
    operator: user(other.buyerId, 'OPERATOR'),
    stranger: user(other.buyerId),
    'another seller': seller(other),
    nobody: anonymous(),
  });
  type Who = keyof ReturnType<typeof viewers>;
  const each = async (run: (who: Who) => Promise<string>): Promise<string[]> => {
    const lines: string[] = [];
    for (const who of Object.keys(viewers()) as Who[]) lines.push(`${who}: ${await run(who)}`);
    return lines;
  };
  const outcome = async (who: Who, mutation: string, input: Record<string, unknown>) => {
    const type = mutation.charAt(0).toUpperCase() + mutation.slice(1);
    const query = `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { userErrors { code } } }`;
    const answer = await ask(subgraph, viewers()[who], query, {
      input: { ...input, idempotencyKey: `k-${who}` },
    });
    const code = answer.errors?.[0]?.extensions?.['code'];
    if (typeof code === 'string') return code;
    const { userErrors } = answer.data?.[mutation] as { userErrors: { code: string }[] };
    return userErrors[0]?.code ?? 'done';
  };

  test.each([
    ['shipmentCreate', 'FULFILLMENT_ORDER_NOT_FOUND', 'done'],
    ['fulfillmentOrderAccept', 'FULFILLMENT_ORDER_NOT_FOUND', 'done'],
    ['shipmentLabelBuy', 'SHIPMENT_NOT_FOUND', 'CARRIER_UNAVAILABLE'],
  ])('%s', async (mutation, hidden, done) => {
    const input = {
      shipmentCreate: {
        fulfillmentOrderId,
        lines: [{ orderLineId: trade.lineIds[0], quantity: 1 }],
      },
      fulfillmentOrderAccept: { fulfillmentOrderId },
      shipmentLabelBuy: { shipmentId: shipment.id },
    }[mutation];
    expect(await each((who) => outcome(who, mutation, input ?? {}))).toEqual([
      `seller: ${done}`,
      `key with write: ${done}`,
      'key with read: FORBIDDEN',
      'key with other scopes: FORBIDDEN',
      `key of another seller: ${hidden}`,
      'key that the buyer made: FORBIDDEN', // it lacks the scope, whatever is asked for
      'buyer: FORBIDDEN',
      'operator: FORBIDDEN',
      `stranger: ${hidden}`,
      `another seller: ${hidden}`,
      'nobody: UNAUTHENTICATED',
    ]);
  });

  test('reading: root fields and references agree, the address is for buyer and seller, the label for the seller', async () => {
    const query = `query ($ful: ID!, $shp: ID!, $refs: [_Any!]!) {
      fulfillmentOrder(id: $ful) { id shipTo { street } actions { action } }
      shipment(id: $shp) { id label { id } }
      _entities(representations: $refs) {
        ... on Order { id shipments { id } fulfillmentOrders { id } }
        ... on Shipment { id }
        ... on FulfillmentOrder { id }
      }
    }`;
    const variables = {
      ful: fulfillmentOrderId,
      shp: shipment.id,
      refs: [
        { __typename: 'Order', id: trade.orderId },
        { __typename: 'Shipment', id: shipment.id },
        { __typename: 'FulfillmentOrder', id: fulfillmentOrderId },
      ],
    };
    interface Seen {
      fulfillmentOrder: { shipTo: object | null; actions: object[] } | null;
      shipment: { label: object | null } | null;
      _entities: (object | null)[];
    }
    const seen = await each(async (who) => {
      const { data, errors } = await ask(subgraph, viewers()[who], query, variables);
      expect(errors).toBeUndefined();
      const { fulfillmentOrder, shipment: shown, _entities } = data as unknown as Seen;
      const known = [fulfillmentOrder, shown, ..._entities].map((one) => one !== null);
      expect(new Set(known).size).toBe(1);
      if (fulfillmentOrder === null) return 'nothing';
      return [
        'all',
        ...(fulfillmentOrder.shipTo === null ? [] : ['address']),
        ...(shown?.label == null ? [] : ['label']),
        ...(fulfillmentOrder.actions.length === 0 ? [] : ['actions']),
      ].join(' ');
    });
    expect(seen).toEqual([
      'seller: all address label actions',
      'key with write: nothing',
      'key with read: all address label actions',
      'key with other scopes: nothing',
      'key of another seller: nothing',
      'key that the buyer made: nothing',
      'buyer: all address',
      'operator: all',
      'stranger: nothing',
      'another seller: nothing',
      'nobody: nothing',
    ]);
  });
});
