import { embeddedUrl, lastingViolations } from '../../scripts/checks/system.invariants';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import { killRepeatedly } from '../../scripts/replay/replay';
import type { House, Journey } from './journey.system';

export const crash = (house: House): void =>
  describe('kill -9 in the middle of trades', () => {
    let journey: Journey;
    beforeAll(() => {
      journey = house.journey;
    });

    test('every trade ends once, and all books agree', async () => {
      const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
      const carrier = new CarrierControl(journey.system.carrierUrl);
      const { all: before } = await new Trade(buyer, seller, carrier).sellerMoney();
      let expected = before;
      const run = { over: false };
      const trading = Promise.all(
        Array.from({ length: 3 }, async () => {
          while (!run.over) {
            const trade = new Trade(buyer, seller, carrier);
            const placed = await trade.place('steel-pen', 1);
            await trade.goThrough(placed);
            const earned = await trade.earned(placed);
            expected += earned;
          }
        }),
      );
      const killed = await killRepeatedly(journey.system, 2, trading, () => undefined);
      run.over = true;
      await trading;
      expect(killed).toBe(2);
      expect(await lastingViolations(embeddedUrl(journey.system.dataDir), 20_000)).toEqual([]);
      expect((await new Trade(buyer, seller, carrier).sellerMoney()).all).toBe(expected);
      const response = await fetch(`${journey.system.pspUrl}/sim/books`);
      const { payments } = (await response.json()) as { payments: { status: string }[] };
      const trades = payments.filter(({ status }) => status === 'captured').length;
      expect(BigInt(trades) > 0n).toBe(true);
    });
  });
