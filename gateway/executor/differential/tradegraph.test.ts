import { FUZZ_TIMEOUT_MS, compareRandomOperations, operationsOf } from './fuzz';
import { tradegraphWorld } from './world/world';

describe('random operations on our own graph', () => {
  it(
    'are answered like ApolloGateway answers them',
    async () => {
      const count = operationsOf(0.6);
      const verdicts = await compareRandomOperations(tradegraphWorld(), count);
      expect(verdicts).toMatchObject({ different: 0 });
      // Most must be plainly equal, or the comparison says little.
      expect(verdicts['known difference']).toBeLessThan(2 + count * 0.05);
    },
    FUZZ_TIMEOUT_MS,
  );
});
