import { Consumer } from '../events/consumer';
import type { Doorbell } from '../events/doorbell';
import type { EventLog } from '../events/event-log';
import { timerLoops } from '../events/timers';
import type { Logger } from './log';
import type { Subgraph } from './subgraph';

/** Works a subgraph: reactions to facts, due timers and its own loops. Returns how to stop, after the work under way. */
export function startWorker(
  subgraph: Subgraph,
  logs: readonly EventLog[],
  doorbell: Doorbell,
  log: Logger,
): () => Promise<void> {
  const consumer = new Consumer({
    db: subgraph.db,
    logs,
    reactions: subgraph.reactions,
    doorbell,
    log,
  });
  const loops = [...timerLoops(subgraph.db, subgraph.timers, log), ...subgraph.loops];
  consumer.start();
  for (const loop of loops) loop.start();
  return async () => {
    await Promise.all([consumer.stop(), ...loops.map((loop) => loop.stop())]);
  };
}
