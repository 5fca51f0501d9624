import { z } from 'zod';
import { type FactName, facts } from '#contracts/facts';
import { tellerOf } from '#contracts/tellers';

/** schema/events.json: the data of every fact as JSON Schema, with the subgraph that tells it. */
export function eventsDocument(): string {
  const events = (Object.keys(facts) as FactName[]).sort().map((type) => {
    const { $schema: _same, ...data } = z.toJSONSchema(facts[type], { io: 'input' });
    return [type, { 'x-teller': tellerOf(type), ...data }] as const;
  });
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Facts',
    description:
      'What subgraphs tell each other. Each event is a CloudEvents 1.0 envelope whose `data` has the schema named by its type.',
    $defs: Object.fromEntries(events),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
