import { type EventLog, ORIGIN } from '#kernel/events/event-log';
import type { Fact } from '#kernel/events/fact';
import { gatewayError } from '../gateway.errors';
import type { Vector } from './cursor';

const BATCH = 200;

/**
 * Facts on the topics after a place, merged over the sources by time, until the logs show no more. A source is left
 * alone from the first fact on that `isElsewhere`. Throws CURSOR_EXPIRED when something was forgotten in between.
 */
export async function* factsAfter(
  logs: readonly EventLog[],
  after: Vector,
  topics: readonly string[],
  isElsewhere: (fact: Fact) => boolean = () => false,
): AsyncGenerator<Fact, void> {
  const waiting = new Map(
    logs.map((log) => [log, { facts: [] as Fact[], at: after.get(log.source) ?? ORIGIN }]),
  );
  for (const [log, { at }] of waiting) {
    if (at !== ORIGIN && !(await log.keeps(at))) throw gatewayError('CURSOR_EXPIRED');
  }
  while (waiting.size > 0) {
    for (const [log, source] of waiting) {
      if (source.facts.length > 0) continue;
      source.facts = await log.read(source.at, BATCH, topics);
      source.at = source.facts.at(-1)?.position ?? source.at;
      if (source.facts.length === 0) waiting.delete(log);
    }
    const [first] = [...waiting].sort(([, a], [, b]) => timeOfFirst(a) - timeOfFirst(b));
    const fact = first?.[1].facts.shift();
    if (first === undefined || fact === undefined) continue;
    if (isElsewhere(fact)) waiting.delete(first[0]);
    else yield fact;
  }
}

/** Of each thing the newest fact only. */
export async function* newestOfEach(
  facts: AsyncIterable<Fact>,
  coalesced: () => void,
): AsyncGenerator<Fact, void> {
  const newest = new Map<string, Fact>();
  for await (const fact of facts) {
    if (newest.delete(fact.subject)) coalesced();
    newest.set(fact.subject, fact);
  }
  yield* newest.values();
}

const timeOfFirst = ({ facts }: { readonly facts: readonly Fact[] }): number =>
  facts[0]?.time.getTime() ?? 0;
