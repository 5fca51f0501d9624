import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewayLoadResult,
  GatewaySchemaLoadOrUpdateCallback,
  GatewayUnsubscriber,
} from '@apollo/server-gateway-interface';
import { type DocumentNode, Kind, OperationTypeNode, getVariableValues } from 'graphql';
import type { CallContext } from '../gateway.context';
import type { Generation } from './generation';
import { InFlight } from './in-flight';
import type { SupergraphHolder } from './supergraph-holder';

const MAX_ERRORS = 20;

export interface ExecutorOptions {
  /** Is told of each query that was answered by an equal one in flight. */
  readonly shared?: (() => void) | undefined;
  /** Is asked before an operation that is new here is planned for a caller; refuses it by throwing. */
  readonly admitNew?: ((call: CallContext) => void) | undefined;
}

/** Our executor in the place where Apollo Server expects `ApolloGateway`. */
export class ExecutorGateway implements GatewayInterface {
  private readonly inFlight: InFlight;
  private readonly admitNew: ExecutorOptions['admitNew'];

  constructor(
    private readonly supergraph: SupergraphHolder,
    { shared, admitNew }: ExecutorOptions = {},
  ) {
    this.admitNew = admitNew;
    this.inFlight = new InFlight(shared);
  }

  load(): Promise<GatewayLoadResult> {
    return Promise.resolve({
      executor: (request) =>
        this.execute(request as unknown as GatewayGraphQLRequestContext<CallContext>),
    });
  }

  onSchemaLoadOrUpdate(changed: GatewaySchemaLoadOrUpdateCallback): GatewayUnsubscriber {
    const tell = ({ schema, sdl }: Pick<Generation, 'schema' | 'sdl'>) =>
      changed({ apiSchema: schema, coreSupergraphSdl: sdl });
    tell(this.supergraph.current);
    return this.supergraph.onChange(tell);
  }

  stop(): Promise<void> {
    return this.supergraph.close();
  }

  private async execute(
    request: GatewayGraphQLRequestContext<CallContext>,
  ): Promise<GatewayExecutionResult> {
    const { schema, source, document, operation, context } = request;
    const variables = request.request.variables ?? {};
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
      maxErrors: MAX_ERRORS,
    });
    // One without a place says that there are more; the pipeline would take it for a fault of ours.
    if (errors !== undefined) return { errors: errors.filter(({ nodes }) => nodes !== undefined) };
    const generation = this.supergraph.of(schema);
    const operationName = chosenName(document, request.request.operationName);
    const prepared = await generation.prepare({ source, document, operationName }, () =>
      this.admitNew?.(context),
    );
    const anonymous = context.viewer.kind === 'ANONYMOUS';
    if (!anonymous || operation.operation !== OperationTypeNode.QUERY) {
      return prepared.run(variables, context);
    }
    const key = JSON.stringify([generation.hash, source, operationName, variables]);
    // The first caller may leave: what others wait for goes on. Each gets an outermost object of its own, because the
    // pipeline adds the caller's extensions to it.
    const { signal: _callers, ...shared } = context;
    return { ...(await this.inFlight.share(key, () => prepared.run(variables, shared))) };
  }
}

/** Needed only where a document holds several operations: one that holds one is the same under any name. */
function chosenName({ definitions }: DocumentNode, given: string | undefined): string | undefined {
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operations.length > 1 ? given : undefined;
}
