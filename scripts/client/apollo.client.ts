import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { type ClientOptions, createClient } from 'graphql-ws';
import { resuming } from './resume';

/** Apollo Client with subscriptions that survive a lost connection. `token` is asked for anew at each connection. */
export function apolloClient(
  uri: string,
  token: () => string | undefined,
  socket?: Partial<ClientOptions>,
): ApolloClient {
  const authorization = (): { authorization?: string } => {
    const bearer = token();
    return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  };
  const live = createClient({
    url: uri.replace(/^http/, 'ws'),
    connectionParams: authorization,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    ...socket,
  });
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(resuming(live)),
      new SetContextLink(() => ({ headers: authorization() })).concat(new HttpLink({ uri })),
    ),
  });
}
