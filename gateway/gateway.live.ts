import { noTracing } from '#kernel/telemetry/tracing';
import { type SupergraphHolder } from './executor/supergraph-holder';
import { callContext } from './gateway.context';
import { type CallerService } from './http/caller.service';
import { clientNetwork } from './http/client-network';
import { MAX_TOKENS } from './http/limits/document-size';
import { type Limits } from './http/limits/limits';
import { liveGuard } from './http/limits/live-guard';
import { type RunOperation } from './http/graphql-server';
import { liveRunner } from './http/live-runner';
import { isFault, maskError } from './http/masking';
import type { OperationTeller } from './http/operation-teller';
import { type OriginCheck } from './http/origin';
import { LiveHub } from './subscriptions/live-hub';
import { liveSchemaOf } from './subscriptions/live-schema';
import { Transports } from './subscriptions/transports/transports';
import type { GatewayOptions } from './gateway.options';

/** The hub runs queries on the supergraph in use, and its groups follow to the next one. */
export function openHub(
  options: GatewayOptions,
  supergraph: SupergraphHolder,
  callers: CallerService,
): LiveHub {
  const { log, tracing = noTracing } = options;
  const run = liveRunner(supergraph, log);
  const hub = new LiveHub({
    ...options,
    run: ({ query, variables, operationName }, viewer, grants) =>
      tracing.span('deliver', { causedBy: viewer.correlationId }, () =>
        run({ query, variables, operationName }, { ...callContext(viewer, 'live'), grants }),
      ),
    heard: (fact) => {
      callers.heard(fact);
    },
    watch: options.metrics?.live,
  });
  callers.follow(hub.sources);
  options.metrics?.live.watch(hub, hub.tails);
  supergraph.onChange((generation) => {
    hub.onGeneration(liveSchemaOf(generation, MAX_TOKENS));
  });
  return hub;
}

/** Every transport hands its operations to the same pipeline. */
export function openTransports(
  options: GatewayOptions,
  parts: {
    readonly hub: LiveHub;
    readonly supergraph: SupergraphHolder;
    readonly callers: CallerService;
    readonly limits: Limits;
    readonly teller: OperationTeller;
    readonly run: RunOperation;
    readonly isAllowedOrigin: OriginCheck;
  },
): Transports {
  const { hub, supergraph, callers, limits, teller, run, isAllowedOrigin } = parts;
  const { clock, log, trustedProxies = 0 } = options;
  return new Transports({
    pipeline: {
      hub: {
        subscribe: (plan, caller, outlet) =>
          hub.subscribe(plan, caller, limits.charged(outlet, caller.payer)),
      },
      schema: () => liveSchemaOf(supergraph.current, MAX_TOKENS),
      identify: async (authorization, id, request) => {
        const network = clientNetwork(request, trustedProxies);
        const caller = await callers.identify(authorization, id, network);
        return { ...caller, payer: limits.payer(caller, request) };
      },
      resolve: (request, from) => ({ ...request, query: limits.document(request, from) ?? '' }),
      run: ({ query, variables, operationName }, { viewer, payer }, transport, signal) =>
        run(
          { query, variables: variables ?? {}, operationName: operationName ?? undefined },
          { ...callContext(viewer, transport, signal), ...(payer !== undefined && { payer }) },
        ),
      guard: liveGuard(limits, supergraph),
      mask: (error, { correlationId }) => {
        const formatted = error.toJSON();
        if (isFault(formatted)) log.error({ err: error, correlationId }, 'fault on a live stream');
        return maskError(formatted, correlationId);
      },
      clock,
      log,
      watch: options.metrics?.live,
      teller,
    },
    isAllowedOrigin,
    networkOf: (request) => clientNetwork(request, trustedProxies),
    limits: options.transportLimits,
  });
}
