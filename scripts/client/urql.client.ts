import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core';
import { type ClientOptions, type Sink, createClient } from 'graphql-ws';
import { resuming } from './resume';

/**
 * urql with subscriptions that survive a lost connection. `token` is asked for anew at each connection. Its cache keeps
 * whole answers: a subscription with `{ additionalTypenames: ['Order'] }` makes it ask for orders again.
 */
export function urqlClient(
  url: string,
  token: () => string | undefined,
  socket?: Partial<ClientOptions>,
): Client {
  const authorization = (): { authorization?: string } => {
    const bearer = token();
    return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  };
  const live = resuming(
    createClient({
      url: url.replace(/^http/, 'ws'),
      connectionParams: authorization,
      retryAttempts: Infinity,
      shouldRetry: () => true,
      ...socket,
    }),
  );
  return new Client({
    url,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: authorization() }),
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: live.subscribe({ query, variables }, sink as Sink),
          }),
        }),
      }),
    ],
  });
}
