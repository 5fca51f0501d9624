import { readFileSync } from 'node:fs';
import { compileRelay } from './relay/compile';
import { runCheck } from './report';

/** The Relay compiler accepts the API: ids, connections, mutations and subscriptions are as Relay wants them. */
function find(): string[] {
  const { problem, artifacts } = compileRelay(readFileSync('schema/api.graphql', 'utf8'));
  if (problem !== '') return [problem];
  console.log(`relay: ${artifacts} artifacts`);
  return [];
}

runCheck('relay', find);
