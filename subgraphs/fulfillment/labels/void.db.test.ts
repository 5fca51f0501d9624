import { HOUR, MINUTE, SECOND } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { CarrierWorld, type Packed } from '../testing/carrier.world';
import { hear } from '../testing/trade';

let at: CarrierWorld;
beforeAll(async () => {
  at = await CarrierWorld.open();
}, 30_000);
afterAll(() => at.close());
afterEach(() => at.carrier.call('DELETE', '/sim/fault'));

describe('cancelling a booked order', () => {
  const request = ({ trade: { orderId, sellerId, buyerId } }: Packed) =>
    hear(at.subgraph, 'order.cancellation_requested', {
      orderId,
      sellerId,
      buyerId,
      requestedBy: 'BUYER',
      reason: 'no longer needed',
    });

  test('not scanned yet: the carrier takes the label back first, then the order is cancelled', async () => {
    const world = await at.packed();
    await world.buy();
    await request(world);
    await at.labelIs(world, 'VOIDED');
    await at.milestoneIs(world, 'CANCELLED');
    expect((await at.booked(world))[0]?.status).toBe('VOIDED');
    expect(await at.count(world, 'fulfillment_order.cancelled')).toBe(1);
    expect(await at.count(world, 'label.refunded')).toBe(1);
  });

  test('scanned, though we have not heard of it: the carrier refuses, and so do we', async () => {
    const world = await at.packed();
    await world.buy();
    const heard = at.carrier.receive;
    at.carrier.receive = () => Promise.resolve({ status: 500, body: '' });
    const ref = (await at.label(world))?.carrierRef ?? '';
    await at.carrier.call('POST', `/sim/shipments/${ref}/run`, { to: 'IN_TRANSIT' });
    await request(world);
    await until(
      async () => (await at.count(world, 'fulfillment_order.cancel_refused')) > 0,
      'a no',
    );
    expect(await at.label(world)).toMatchObject({ state: 'ISSUED' });
    expect(await at.count(world, 'fulfillment_order.cancelled')).toBe(0);
    at.carrier.receive = heard;
  });

  test('while the booking is in doubt: found, taken back, cancelled', async () => {
    const world = await at.packed();
    await at.carrier.fault('POST /api/shipments', 'drop_after');
    await world.buy();
    await request(world);
    expect(await at.count(world, 'fulfillment_order.cancelled')).toBe(0);
    at.clock.advance(5 * SECOND);
    await until(async () => (await at.count(world, 'fulfillment_order.cancelled')) > 0, 'a yes');
    expect((await at.booked(world))[0]?.status).toBe('VOIDED');
  });

  test('the answer to the void is lost: asked again, refunded once', async () => {
    const world = await at.packed();
    await world.buy();
    const ref = (await at.label(world))?.carrierRef ?? '';
    await at.carrier.fault(`POST /api/shipments/${ref}/void`, 'drop_after');
    await request(world);
    await until(async () => {
      at.clock.advance(SECOND);
      return (await at.label(world))?.state === 'VOIDED';
    }, 'the void');
    expect(await at.count(world, 'label.refunded')).toBe(1);
    expect(at.clock.now().getTime() - Date.now()).toBeLessThan(24 * HOUR + MINUTE);
  });
});
