import { FUZZ_TIMEOUT_MS, compareRandomOperations, operationsOf } from './fuzz';
import { tortureWorld } from './world/world';

describe('random operations on a graph that uses everything of federation', () => {
  it(
    'are answered like ApolloGateway answers them',
    async () => {
      const count = operationsOf(0.4);
      const verdicts = await compareRandomOperations(tortureWorld(), count);
      expect(verdicts).toMatchObject({ different: 0 });
      // Most must be plainly equal, or the comparison says little.
      expect(verdicts['known difference']).toBeLessThan(2 + count * 0.05);
    },
    FUZZ_TIMEOUT_MS,
  );
});
