import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { CallContext } from '../../gateway.context';
import type { FetchSource } from './fetch-source';

/** A subgraph as ApolloGateway sees it. */
export class DoorSource implements GraphQLDataSource<CallContext> {
  constructor(private readonly source: FetchSource) {}

  process(
    options: GraphQLDataSourceProcessOptions<CallContext>,
  ): ReturnType<GraphQLDataSource['process']> {
    if (!('incomingRequestContext' in options)) {
      throw new Error('a subgraph is only asked for a caller');
    }
    const { query = '', variables, operationName } = options.request;
    return this.source.fetch({ query, variables, operationName }, options.context);
  }
}
