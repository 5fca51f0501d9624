import { type RequestListener, createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { givenOptions, serveCommands } from '../bench.program';
import { listen } from './plain-server';

/** How Hive Gateway is started. */
export interface HiveOptions {
  /** The folder that the bench installed it into. */
  readonly folder: string;
  readonly supergraphSdl: string;
  /** Its own planner in JavaScript, or the one of Hive Router in Rust. */
  readonly planner: 'node' | 'rust';
}

interface HiveRuntime {
  readonly createGatewayRuntime: (config: object) => RequestListener;
}

/** Hive Gateway's runtime as its documentation serves it from Node, with nothing added. */
function start(): Promise<number> {
  const { folder, supergraphSdl, planner } = givenOptions() as HiveOptions;
  process.removeAllListeners('warning'); // it has more abort listeners than Node finds usual
  const load = createRequire(join(folder, 'package.json')); // it is none of our packages
  const { createGatewayRuntime } = load('@graphql-hive/gateway-runtime') as HiveRuntime;
  const rust = planner === 'rust' ? (load('@graphql-hive/router-runtime') as object) : {};
  const handler = createGatewayRuntime({
    supergraph: supergraphSdl,
    logging: 'error',
    ...('unifiedGraphHandler' in rust && { unifiedGraphHandler: rust.unifiedGraphHandler }),
  });
  return listen(createServer(handler));
}

serveCommands({ start });
