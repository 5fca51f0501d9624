import { GraphClient } from '../client/graph.client';
import type { SystemProcess } from '../system/system.process';
import { CarrierControl } from './carrier.control';
import { type Olist, type OlistOrder, chooseOrders } from './olist.files';
import { OrderPlay, type PlayedOrder } from './order.play';
import type { OrderMessage } from './order.watch';
import { Parties } from './parties';
import { type Reconciliation, reconcile } from './reconcile';
import { checkStreams } from './stream.check';

export interface ReplayTarget {
  readonly url: string;
  readonly carrierUrl: string;
}

export interface ReplayResult extends Reconciliation {
  readonly played: number;
  readonly failed: readonly string[];
  readonly messages: number;
  readonly streamProblems: readonly string[];
  readonly seconds: number;
}

const PATIENCE_MS = 90_000;

/** Plays the orders with so many at a time, then reconciles. `say` gets progress, `onMessage` the live stream. */
export async function replay(
  target: ReplayTarget,
  files: Olist,
  orders: readonly OlistOrder[],
  concurrency: number,
  say: (line: string) => void,
  onMessage: (message: OrderMessage) => void,
): Promise<ReplayResult> {
  const began = performance.now();
  const graph = new GraphClient({ url: target.url, patienceMs: PATIENCE_MS });
  const parties = new Parties(graph, files, orders);
  const play = new OrderPlay(parties, new CarrierControl(target.carrierUrl), onMessage);
  const played: PlayedOrder[] = [];
  const failed: string[] = [];
  const queue = [...orders];
  const work = async (): Promise<void> => {
    for (let order = queue.shift(); order !== undefined; order = queue.shift()) {
      try {
        played.push(await play.play(order));
      } catch (error) {
        failed.push(`${order.id} (${order.status}): ${String(error)}`);
      }
      const done = played.length + failed.length;
      if (done % 10 === 0 || done === orders.length)
        say(progress(done, orders.length, failed.length, began));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const money = await reconcile(played);
  const streams = await checkStreams(played);
  return {
    ...money,
    ...streams,
    played: played.length,
    failed,
    seconds: (performance.now() - began) / 1000,
  };
}

const progress = (done: number, all: number, failed: number, began: number): string =>
  `${String(done)}/${String(all)} orders, ${((performance.now() - began) / 1000).toFixed(0)} s` +
  (failed > 0 ? `, ${String(failed)} failed` : '');

/** Orders that can be played: those whose file names what was bought. */
export function playable(
  files: Olist,
  count: number,
): { orders: OlistOrder[]; withoutItems: number } {
  const withItems = files.orders.filter(({ items }) => items.length > 0);
  return {
    orders: chooseOrders(withItems, count),
    withoutItems: files.orders.length - withItems.length,
  };
}

/**
 * Kills the system so many times while `running` is under way, by turns its program and its PostgreSQL, and starts it
 * again each time. Resolves when done or when the run has ended.
 */
export async function killRepeatedly(
  system: SystemProcess,
  kills: number,
  running: Promise<unknown>,
  say: (line: string) => void,
): Promise<number> {
  const run = { over: false };
  void running.finally(() => (run.over = true)).catch(() => undefined);
  for (let killed = 0; killed < kills; killed++) {
    await new Promise((resolve) => setTimeout(resolve, 4_000 + Math.random() * 4_000));
    if (run.over) return killed;
    if (killed % 2 === 0) {
      await system.kill();
      await system.restart();
    } else {
      system.killDatabase();
    }
    say(
      `kill -9 of ${killed % 2 === 0 ? 'the program' : 'PostgreSQL'} (${String(killed + 1)} of ${String(kills)})`,
    );
  }
  return kills;
}
