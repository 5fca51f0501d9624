import { startExecutors } from './executors';
import { operationsUntilFound } from './fuzz';
import { tortureWorld } from './world/world';

/** Executors that are wrong because they run a supergraph that differs from the one that the answers are compared with. */
const FAULTS = [
  {
    fault: 'a missing value does not bubble',
    right: 'zone: Int = 7): Float!',
    wrong: 'zone: Int = 7): Float ',
  },
  {
    fault: 'a value that clients may not see gets through',
    right: 'SECRET @inaccessible',
    wrong: 'SECRET',
  },
  {
    fault: 'a required argument is left away',
    right: 'requires: "size(unit: INCH)"',
    wrong: 'requires: "size"',
  },
  {
    fault: 'a required nested field is left away',
    right: 'requires: "dims { w h unit(of: INCH) }"',
    wrong: 'requires: "dims { w }"',
  },
];

describe('the comparison', () => {
  it.each(FAULTS)(
    'finds it when $fault',
    async ({ right, wrong }) => {
      const world = tortureWorld();
      expect(world.sdl).toContain(right);
      const executors = await startExecutors(world);
      const faulty = await startExecutors({ ...world, sdl: world.sdl.replaceAll(right, wrong) });
      expect(await operationsUntilFound(executors, executors.own, 20)).toBeUndefined();
      expect(await operationsUntilFound(executors, faulty.own, 600)).toBeDefined();
    },
    300_000,
  );
});
