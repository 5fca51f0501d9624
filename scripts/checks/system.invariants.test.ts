import { readFileSync } from 'node:fs';
import { flowSteps } from '../contracts/flow.document';
import { heardFacts } from './system.invariants';

test('every reaction of the subgraphs is held against the outboxes', () => {
  const heard = heardFacts(readFileSync('schema/flow.md', 'utf8'));
  const reactions = flowSteps().map(({ subgraph, on }) => `${subgraph.replace('-', '_')} ${on}`);
  expect(heard.map(({ hearer, fact }) => `${hearer} ${fact}`).sort()).toEqual(
    [...new Set(reactions)].sort(),
  );
});
