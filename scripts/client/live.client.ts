import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A message of a live field: the update object under its name. */
export interface LiveMessage {
  readonly kind: 'SNAPSHOT' | 'CHANGE';
  readonly cursor: string;
  readonly eventType: string | null;
  readonly occurredAt: string;
}

export interface LiveOptions {
  /** HTTP address of the graph; the socket's is the same with ws. */
  readonly url: string;
  readonly token: string | undefined;
  /** A subscription with `$after: Cursor` and one live field. */
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly onMessage: (message: LiveMessage & Record<string, unknown>) => void;
  readonly onEnd?: (problem: Error | undefined) => void;
}

/**
 * Follows a live field and, whenever the connection is lost, goes on behind the last message seen: `after` is moved on
 * the same variables object that graphql-ws sends again when it reconnects.
 */
export function follow(options: LiveOptions): { stop: () => void; client: Client } {
  const client = createClient({
    url: options.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: () =>
      options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
    retryAttempts: 1_000,
    shouldRetry: () => true,
    retryWait: (attempt) =>
      new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** attempt, 1_000))),
  });
  const variables: Record<string, unknown> = { ...options.variables };
  const stop = client.subscribe<Record<string, LiveMessage & Record<string, unknown>>>(
    { query: options.query, variables },
    {
      next: ({ data, errors }) => {
        const message = data == null ? undefined : Object.values(data)[0];
        if (message == null) {
          options.onEnd?.(new Error(JSON.stringify(errors)));
          return;
        }
        variables['after'] = message.cursor;
        options.onMessage(message);
      },
      error: (problem) =>
        options.onEnd?.(problem instanceof Error ? problem : new Error(JSON.stringify(problem))),
      complete: () => options.onEnd?.(undefined),
    },
  );
  return {
    client,
    stop: () => {
      stop();
      // Disposing waits for a connection under way, which may fail: that is no news any more.
      void Promise.resolve(client.dispose()).catch(() => undefined);
    },
  };
}
