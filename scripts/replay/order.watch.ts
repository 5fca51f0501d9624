import { readFileSync } from 'node:fs';
import type { GraphClient } from '../client/graph.client';
import { type LiveMessage, follow } from '../client/live.client';

export interface WatchedOrder {
  readonly id: string;
  readonly status: string;
  readonly paymentStatus: string;
  readonly escrowStatus: string;
  readonly fulfillmentStatus: string;
  readonly cancellationStatus: string;
  readonly displayStatus: string;
  readonly escrow: { readonly state: string } | null;
  readonly shipments: readonly { readonly milestone: string }[];
}

export type OrderMessage = LiveMessage & { readonly order: WatchedOrder | null };

/** The committed example: a subscription that spans all four subgraphs. */
const ORDER_LIVE = readFileSync('schema/operations/OrderLive.graphql', 'utf8');

/** One order followed live, across lost connections; what was seen is kept. */
export class OrderWatch {
  readonly messages: OrderMessage[] = [];
  private latest: WatchedOrder | undefined;
  private problem: Error | undefined;
  private waiting: (() => void)[] = [];
  private readonly stopFollowing: () => void;

  constructor(
    buyer: GraphClient,
    id: string,
    private readonly onMessage: (message: OrderMessage) => void = () => undefined,
  ) {
    const { stop } = follow({
      url: buyer.url,
      token: buyer.token,
      query: ORDER_LIVE,
      variables: { id },
      onMessage: (message) => {
        this.take(message as unknown as OrderMessage);
      },
      onEnd: (problem) => {
        this.problem = problem;
        this.wake();
      },
    });
    this.stopFollowing = stop;
  }

  /** Waits for the order to look so. Fails after `timeoutMs` with what it looked like. */
  async until(
    what: string,
    looks: (order: WatchedOrder) => boolean,
    timeoutMs = 120_000,
  ): Promise<WatchedOrder> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      if (this.latest !== undefined && looks(this.latest)) return this.latest;
      if (this.problem !== undefined) throw this.problem;
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`gave up waiting for ${what}: ${JSON.stringify(this.latest)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  stop(): void {
    this.stopFollowing();
  }

  private take(message: OrderMessage): void {
    this.messages.push(message);
    if (message.order !== null) this.latest = message.order;
    this.onMessage(message);
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
