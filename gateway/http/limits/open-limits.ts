import { type SupergraphHolder } from '../../executor/supergraph-holder';
import { DEFAULT_LIMITS, Limits } from './limits';
import { Overload } from './overload';
import { OperationDocuments } from '../persisted/operation-documents';
import type { GatewayOptions } from '../../gateway.options';

/** Reads the costs of each supergraph before requests need them. */
export function openLimits(options: GatewayOptions, supergraph: SupergraphHolder): Limits {
  const limited = { ...DEFAULT_LIMITS, ...options.limits };
  const limits = new Limits(limited, {
    documents: new OperationDocuments(options.persisted),
    overload: new Overload(limited.overload),
    trustedProxies: options.trustedProxies ?? 0,
    sdlOf: (schema) => supergraph.of(schema).sdl,
  });
  limits.prepare(supergraph.current.schema);
  supergraph.onChange(({ schema }) => {
    limits.prepare(schema);
  });
  return limits;
}
