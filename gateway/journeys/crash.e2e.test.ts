import { embeddedUrl, lastingViolations } from '../../scripts/checks/system.invariants';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import { killRepeatedly } from '../../scripts/replay/replay';
import { type Journey, TOPOLOGIES, beginJourney } from './journey.system';

jest.setTimeout(300_000);

describe.each(TOPOLOGIES)('kill -9 in the middle of trades, %s', (topology) => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await beginJourney(topology);
  });
  afterAll(() => journey.end());

  test('every trade ends once, and all books agree', async () => {
    const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
    const carrier = new CarrierControl(journey.system.carrierUrl);
    const before = await new Trade(buyer, seller, carrier).sellerBalance();
    let expected = before;
    const run = { over: false };
    const trading = Promise.all(
      Array.from({ length: 3 }, async () => {
        while (!run.over) {
          const trade = new Trade(buyer, seller, carrier);
          const placed = await trade.place('steel-pen', 1);
          await trade.goThrough(placed);
          expected += placed.netMinor;
        }
      }),
    );
    const killed = await killRepeatedly(journey.system, 4, trading, () => undefined);
    run.over = true;
    await trading;
    expect(killed).toBe(4);
    expect(await lastingViolations(embeddedUrl(journey.system.dataDir), 20_000)).toEqual([]);
    expect(await new Trade(buyer, seller, carrier).sellerBalance()).toBe(expected);
    const response = await fetch(`${journey.system.pspUrl}/sim/books`);
    const { payments } = (await response.json()) as { payments: { status: string }[] };
    const trades = payments.filter(({ status }) => status === 'captured').length;
    expect(BigInt(trades) > 0n).toBe(true);
  });
});
