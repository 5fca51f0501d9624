import type { PlayedOrder } from './order.play';
import type { OrderMessage } from './order.watch';

export interface StreamResult {
  readonly messages: number;
  /** What was wrong with a stream: repeated cursors, a first message that is no snapshot, a last state that is stale. */
  readonly streamProblems: readonly string[];
}

/** Holds what the subscribers saw against what the graph says now: nothing twice, nothing missed at the end. */
export async function checkStreams(played: readonly PlayedOrder[]): Promise<StreamResult> {
  const problems: string[] = [];
  let messages = 0;
  for (const { watches, buyer, orderIds, file } of played) {
    for (const [i, watch] of watches.entries()) {
      messages += watch.messages.length;
      const id = orderIds[i] ?? '';
      problems.push(...problemsOf(watch.messages).map((what) => `${file.id}: ${what}`));
      const { order } = await buyer.ask<{ order: { status: string; paymentStatus: string } }>(
        'query ($id: ID!) { order(id: $id) { status paymentStatus } }',
        { id },
      );
      const last = watch.messages.at(-1)?.order;
      if (last?.status !== order.status || last.paymentStatus !== order.paymentStatus) {
        problems.push(
          `${file.id}: the stream ended at ${String(last?.status)}, the order is ${order.status}`,
        );
      }
    }
  }
  return { messages, streamProblems: problems };
}

function problemsOf(messages: readonly OrderMessage[]): string[] {
  const problems: string[] = [];
  const cursors = new Set(messages.map(({ cursor }) => cursor));
  if (cursors.size !== messages.length) {
    problems.push(`${String(messages.length - cursors.size)} messages came twice`);
  }
  if (messages[0]?.kind !== 'SNAPSHOT') problems.push('the first message was no snapshot');
  if (messages.slice(1).some(({ kind }) => kind === 'SNAPSHOT')) problems.push('a second snapshot');
  return problems;
}
