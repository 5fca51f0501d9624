import { newSealingKey, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { open } from '#kernel/auth/sealed';
import type { Viewer } from '#kernel/auth/viewer';
import { PAYMENT_REQUEST, paymentRequest } from '#contracts/payment-request';
import { Elsewhere } from '../testing/elsewhere.fixture';
import { TradeFixture } from '../testing/trade.fixture';
import { PaymentRequestService } from './payment-request.service';

const signing = newSigningKey();
const sealing = newSealingKey();
let trade: TradeFixture;
let buyer: Viewer;
beforeAll(async () => {
  trade = await TradeFixture.open();
  buyer = await trade.at.person();
});
afterAll(() => trade.close());

async function group() {
  const shops = [await trade.at.shop(), await trade.at.shop()];
  const lines = await Promise.all(
    shops.map(async (shop) => [await trade.offer(shop, 5, 999n, 1n), 2] as const),
  );
  const { groupId } = await trade.buy(buyer, lines);
  const [row] = await trade.at.context.orders.groupsByIds(buyer, [groupId]);
  if (row === undefined) throw new Error('no group');
  return row;
}

async function minted(row: Awaited<ReturnType<typeof group>>, viewer = buyer) {
  const service = new PaymentRequestService(
    { sign: signing, encryptFor: publicHalf(sealing) },
    trade.at.clock,
  );
  const orders = await trade.at.context.orders.byGroups(buyer, [row.id]);
  const { orders: query } = trade.at.context;
  const of = {
    lines: (id: string) => query.linesOfOrders([id]),
    handlingDays: (ids: readonly string[]) => query.handlingDaysOf(ids),
  };
  return { text: await service.mint(viewer, row, orders, of), orders };
}

const read = (text: string) =>
  open(
    text,
    { verify: publicHalf(signing), decrypt: sealing },
    { ...PAYMENT_REQUEST, clock: trade.at.clock },
  );

test('payments reads the terms of every order; nobody on the way reads the commission', async () => {
  const row = await group();
  const { text, orders } = await minted(row);
  expect(Buffer.from((text ?? '').split('.')[0] ?? '', 'base64url').toString()).toContain(
    'ECDH-ES',
  );
  const opened = await read(text ?? '');
  if (!opened.ok) throw new Error(opened.reason);
  expect(paymentRequest.parse(opened.payload)).toEqual({
    orderGroupId: row.id,
    part: 'WHOLE',
    buyerId: buyer.accountId,
    currency: 'EUR',
    totalMinor: 4_000n,
    orders: orders.map(({ id, sellerId, contractHash }) => ({
      orderId: id,
      sellerId,
      totalMinor: 2_000n,
      commissionMinor: 200n,
      taxMinor: 0n,
      contractHash,
      business: false,
      goods: 'PHYSICAL',
      handlingDays: 2, // what the offers say
      lines: [
        {
          orderLineId: expect.stringMatching(/^oln_/) as unknown,
          quantity: 2,
          amountMinor: 2_000n,
          commissionMinor: 200n,
          taxMinor: 0n,
        },
      ],
    })),
  });
});

test('it is good for 15 minutes', async () => {
  const { text } = await minted(await group());
  trade.at.clock.advance(PAYMENT_REQUEST.ttlMs + 1_000);
  expect(await read(text ?? '')).toEqual({ ok: false, reason: 'EXPIRED' });
});

test('a cancelled order leaves the sum; nothing is minted once all are cancelled, paid or expired', async () => {
  const row = await group();
  const cancel = async (orderId: string) =>
    trade.at.context.orderDecisions.cancel(buyer, {
      orderId,
      reason: 'x',
      idempotencyKey: trade.key,
    });
  const [first, second] = await trade.ordersOf(row.id);
  await cancel(first?.id ?? '');
  const opened = await read((await minted(row)).text ?? '');
  expect(opened).toMatchObject({ ok: true, payload: { totalMinor: '2000' } });
  await cancel(second?.id ?? '');
  expect((await minted(row)).text).toBeNull();
  for (const end of ['paid', 'expired'] as const) {
    const other = await group();
    for (const order of await trade.ordersOf(other.id)) {
      await (await Elsewhere.of(trade, order))[end]();
    }
    expect((await minted(other)).text).toBeNull();
  }
  expect((await minted(await group(), await trade.at.person())).text).toBeNull();
});
