import { HOUR, SECOND } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { CarrierWorld } from '../testing/carrier.world';
import { ask, user } from '../testing/trade';

let at: CarrierWorld;
beforeAll(async () => {
  at = await CarrierWorld.open();
}, 30_000);
afterAll(() => at.close());
afterEach(() => at.carrier.call('DELETE', '/sim/fault'));

test('a label: booked once, charged once, with number and printable document', async () => {
  const world = await at.packed();
  const { shipment, userErrors } = await world.buy();
  expect(userErrors).toEqual([]);
  expect(shipment).toMatchObject({
    milestone: 'LABELLED',
    label: { state: 'ISSUED', charge: { minorUnits: '525', currencyCode: 'BRL' } },
  });
  expect(shipment?.parcels[0]?.trackingNumber).toMatch(/^AUR/);
  const again = await Promise.all([world.buy(), world.buy('another key')]);
  expect(again.map(({ shipment: one }) => one?.label?.id)).toEqual([
    shipment?.label?.id,
    shipment?.label?.id,
  ]);
  expect(await at.booked(world)).toHaveLength(1);
  expect(await at.count(world, 'label.charged')).toBe(1);
  const query = 'query ($id: ID!) { shipment(id: $id) { label { pdfBase64 } } }';
  const pdf = async (account: string) => {
    const { data } = await ask(at.subgraph, user(account), query, { id: world.shipment.id });
    return (data?.['shipment'] as { label: { pdfBase64: string } | null }).label?.pdfBase64;
  };
  const bytes = Buffer.from((await pdf(world.trade.sellerAccountId)) ?? '', 'base64');
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(await pdf(world.trade.buyerId)).toBeUndefined();
});

test('the answer is lost after booking: LABEL_PENDING, then the same label, booked and charged once', async () => {
  const world = await at.packed();
  await at.carrier.fault('POST /api/shipments', 'drop_after');
  const first = await world.buy();
  expect(first.shipment).toBeNull();
  expect(first.userErrors).toMatchObject([{ code: 'LABEL_PENDING', retryable: true }]);
  expect(await at.label(world)).toMatchObject({ state: 'AMBIGUOUS' });
  expect(await at.booked(world)).toHaveLength(1);
  const second = await world.buy();
  expect(second.userErrors).toEqual([]);
  expect(second.shipment?.label?.state).toBe('ISSUED');
  expect(await at.booked(world)).toHaveLength(1);
  expect(await at.count(world, 'label.charged')).toBe(1);
});

test('nobody asks again: the loop settles it after five seconds', async () => {
  const world = await at.packed();
  await at.carrier.fault('POST /api/shipments', 'drop_after');
  await world.buy();
  at.clock.advance(5 * SECOND);
  await at.labelIs(world, 'ISSUED');
  expect(await at.booked(world)).toHaveLength(1);
});

test('the request is lost before booking: looked for, not found, booked with the same reference', async () => {
  const world = await at.packed();
  await at.carrier.fault('POST /api/shipments', 'drop_before');
  expect((await world.buy()).userErrors[0]?.code).toBe('LABEL_PENDING');
  expect(await at.booked(world)).toHaveLength(0);
  expect((await world.buy()).shipment?.label?.state).toBe('ISSUED');
  expect(await at.booked(world)).toHaveLength(1);
  expect(await at.count(world, 'label.charged')).toBe(1);
});

test('the carrier hangs longer than we wait: the deadline ends the call, one label in the end', async () => {
  const world = await at.packed();
  await at.carrier.fault('POST /api/shipments', 'delay', { delayMs: 2_000 });
  expect((await world.buy()).userErrors[0]?.code).toBe('LABEL_PENDING');
  await until(async () => {
    at.clock.advance(SECOND);
    return (await at.label(world))?.state === 'ISSUED';
  }, 'the label');
  expect(await at.booked(world)).toHaveLength(1);
  expect(await at.count(world, 'label.charged')).toBe(1);
});

test('we die in the middle of the call: the lease ends, the booking is found', async () => {
  const world = await at.packed();
  await at.carrier.fault('POST /api/shipments', 'drop_after');
  await world.buy();
  const row = await at.label(world);
  // As a process leaves it that was killed between its call and its commit.
  await at.subgraph.db.query(
    `update "shippingLabel" set state = 'REQUESTED', "nextAttemptAt" = $2 where id = $1`,
    [row?.id, new Date(at.clock.now().getTime() + 15 * SECOND)],
  );
  expect((await world.buy()).userErrors[0]?.code).toBe('LABEL_PENDING');
  at.clock.advance(15 * SECOND);
  await at.labelIs(world, 'ISSUED');
  expect(await at.booked(world)).toHaveLength(1);
  expect(await at.count(world, 'label.charged')).toBe(1);
});

test('the carrier is down, refuses, or crashes: nothing is lost and nothing doubled', async () => {
  const down = await at.packed();
  await at.carrier.end('SIGKILL');
  expect((await down.buy()).userErrors).toMatchObject([
    { code: 'CARRIER_UNAVAILABLE', retryable: true },
  ]);
  await at.carrier.run();
  expect((await down.buy()).shipment?.label?.state).toBe('ISSUED');
  await at.carrier.crash();
  expect(await at.booked(down)).toHaveLength(1);

  const refused = await at.packed();
  await at.carrier.fault('POST /api/shipments', 'status', { status: 422 });
  expect((await refused.buy()).userErrors).toMatchObject([
    { code: 'LABEL_REFUSED', retryable: false },
  ]);
  expect((await refused.buy('a new try')).shipment?.label?.state).toBe('ISSUED');
}, 30_000);

test('the whole way by webhooks, doubled, reordered and reworded: each fact once', async () => {
  const world = await at.packed();
  await world.buy();
  await at.carrier.call('POST', '/sim/fault', {
    plan: ['duplicate', 'reorder', 'rename'].map((kind) => ({ kind, probability: 0.5 })),
  });
  const ref = (await at.label(world))?.carrierRef ?? '';
  await at.carrier.call('POST', `/sim/shipments/${ref}/run`, { to: 'DELIVERED' });
  await at.milestoneIs(world, 'DELIVERED');
  for (const once of ['shipment.shipped', 'shipment.delivered', 'shipment.created']) {
    expect([once, await at.count(world, once)]).toEqual([once, 1]);
  }
  const query =
    'query ($id: ID!) { shipment(id: $id) { timeline { code occurredAt place { city } } } }';
  const delivered = async () => {
    const { data } = await ask(at.subgraph, user(world.trade.buyerId), query, {
      id: world.shipment.id,
    });
    return (data?.['shipment'] as { timeline: { code: string }[] }).timeline.map(
      ({ code }) => code,
    );
  };
  await until(async () => (await delivered())[0] === 'PICKED_UP', 'the late webhooks');
  expect((await delivered()).at(-1)).toBe('DELIVERED');
}, 30_000);

test('webhooks that never come are mended by asking', async () => {
  const world = await at.packed();
  await world.buy();
  at.carrier.receive = () => Promise.resolve({ status: 500, body: '' });
  const ref = (await at.label(world))?.carrierRef ?? '';
  await at.carrier.call('POST', `/sim/shipments/${ref}/run`, { to: 'IN_TRANSIT' });
  at.clock.advance(2 * HOUR);
  await at.milestoneIs(world, 'IN_TRANSIT');
  const pulls = await at.subgraph.db.query(
    `select 1 from "carrierMessage" where transport = 'PULL' and outcome = 'APPLIED'`,
  );
  expect(pulls.length).toBeGreaterThan(0);
  expect(await at.count(world, 'shipment.shipped')).toBe(1);
}, 30_000);
