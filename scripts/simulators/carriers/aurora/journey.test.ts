import fc from 'fast-check';
import { seededRandom } from '../../shared/seeded.random';
import { type Address, type PlannedScan, type Service } from './aurora.facts';
import { planJourney } from './journey';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function address(country: string, postalCode: string): Address {
  return { name: 'N', street: 'S 1', city: 'C', region: 'R', postalCode, country };
}

const trip = fc.record({
  from: fc.constantFrom('BR', 'DE', 'US', 'JP').map((country) => address(country, '12345')),
  to: fc
    .tuple(fc.constantFrom('BR', 'DE', 'US', 'JP'), fc.constantFrom('10010', '10098', '10099', ''))
    .map(([country, postalCode]) => address(country, postalCode)),
  service: fc.constantFrom<Service>('STANDARD', 'EXPRESS'),
  seed: fc.integer(),
});

function codes(scans: readonly PlannedScan[]): string {
  return scans.map(({ code }) => code).join(' ');
}

test('every journey is in order, visits 1 to 3 hubs and ends as its postal code says', () => {
  fc.assert(
    fc.property(trip, ({ seed, ...where }) => {
      const scans = planJourney(where, seededRandom(seed));
      const times = scans.map(({ afterMs }) => afterMs);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      expect(times[0]).toBe(HOUR);
      const { postalCode } = where.to;
      const last = postalCode.endsWith('99')
        ? 'LS'
        : postalCode.endsWith('98')
          ? 'OD AT OD AT AP CO'
          : 'OD DL';
      expect(codes(scans)).toMatch(new RegExp(`^PU( AR DP){1,3} ${last}$`));
      const end = scans.find(({ code }) => ['DL', 'AT', 'LS'].includes(code))?.afterMs ?? 0;
      if (last === 'LS') expect(end).toBe(30 * DAY);
      else expect(end).toBeGreaterThanOrEqual(2 * DAY);
      if (last !== 'LS')
        expect(end).toBeLessThanOrEqual((where.service === 'EXPRESS' ? 3 : 6) * DAY);
    }),
    { numRuns: 500 },
  );
});

test('the seed alone decides', () => {
  const where = {
    from: address('BR', '1'),
    to: address('BR', '2'),
    service: 'STANDARD' as const,
  };
  const plan = (seed: number): PlannedScan[] => planJourney(where, seededRandom(seed, 'c', 'p'));
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
});
