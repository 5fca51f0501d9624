import type { Client, Sink } from 'graphql-ws';

/** Ends of a stream that are no refusal: the server says where it stopped, and the same subscription may go on. */
const GOES_ON = ['SUBSCRIPTION_LAGGED', 'SUBSCRIPTION_SCHEMA_RELOAD', 'CURSOR_EXPIRED'];

interface Extensions {
  readonly code?: string;
  readonly cursor?: string;
}

/**
 * A graphql-ws client whose subscriptions go on behind the last message seen. Each message moves `$after` on the very
 * object that graphql-ws sends again when it has reconnected. A cursor that is too old is dropped: then the answer
 * begins with a snapshot.
 */
export function resuming(client: Client): Client {
  return {
    ...client,
    subscribe(payload, sink) {
      const variables: Record<string, unknown> = { ...payload.variables };
      const start = (): (() => void) =>
        client.subscribe<never>(
          { ...payload, variables },
          {
            next: (message) => {
              const { cursor } = (message.extensions ?? {}) as Extensions;
              if (cursor !== undefined) variables['after'] = cursor;
              (sink as Sink).next(message);
            },
            error: (problem) => {
              const [first] = [problem].flat() as { extensions?: Extensions }[];
              const { code = '', cursor } = first?.extensions ?? {};
              if (!GOES_ON.includes(code)) sink.error(problem);
              else {
                variables['after'] = code === 'CURSOR_EXPIRED' ? undefined : cursor;
                stop = start();
              }
            },
            complete: () => sink.complete(),
          },
        );
      let stop = start();
      return () => stop();
    },
  };
}
