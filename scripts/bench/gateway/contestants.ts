import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { newSecret, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { BenchProcess } from '../bench.process';
import type { ApolloOptions } from './apollo.main';
import { SUBGRAPHS, type SubgraphName } from './catalogue';
import type { HiveOptions } from './hive.main';
import type { SubgraphOptions, SubgraphPorts } from './subgraph.main';
import type { TradegraphOptions } from './tradegraph.main';

/** A gateway that takes part. */
export interface Contestant {
  readonly key: 'floor' | 'stock' | 'kept' | 'hive' | 'rust' | 'http' | 'process';
  readonly title: string;
  readonly program: string;
  readonly options: object;
}

/** The subgraphs that all gateways share, and the supergraph of them. */
export interface Backends {
  readonly processes: readonly BenchProcess[];
  readonly ports: ReadonlyMap<SubgraphName, SubgraphPorts>;
  readonly supergraphSdl: string;
  /** What our gateway is started with. */
  readonly ours: Omit<TradegraphOptions, 'subgraphs'>;
}

const NAMES = Object.keys(SUBGRAPHS) as SubgraphName[];

/** Starts the subgraphs, each a process of its own, and composes them. */
export async function startBackends(databaseUrl: string): Promise<Backends> {
  const [signingKey, channelSecret] = [newSigningKey(), newSecret()];
  const verifyKey = publicHalf(signingKey);
  const started = await Promise.all(
    NAMES.map(async (name) => {
      const options: SubgraphOptions = { name, databaseUrl, verifyKey, channelSecret };
      const process = await BenchProcess.start(name, 'gateway/subgraph.main', options);
      const ports = await process.call<SubgraphPorts>('start');
      process.mustOwn(ports.signed);
      process.mustOwn(ports.plain);
      return { name, process, ports };
    }),
  );
  const ports = new Map(started.map(({ name, ports }) => [name, ports]));
  const supergraphSdl = compose(ports);
  return {
    processes: started.map(({ process }) => process),
    ports,
    supergraphSdl,
    ours: {
      supergraphSdl,
      databaseUrl,
      signingKey,
      channelSecret,
      accountKey: publicHalf(newSigningKey()),
      cursorSecret: newSecret(),
    },
  };
}

function compose(ports: ReadonlyMap<SubgraphName, SubgraphPorts>): string {
  const { supergraphSdl, errors } = composeServices(
    NAMES.map((name) => ({
      name,
      url: urlOf(ports.get(name)?.plain),
      typeDefs: parse(SUBGRAPHS[name]),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(errors.join('\n'));
  return supergraphSdl;
}

const urlOf = (port: number | undefined): string => `http://127.0.0.1:${port ?? 0}/graphql`;

/** Everybody who takes part; Hive only when it could be installed. */
export function contestants(backends: Backends, rivals: string | undefined): Contestant[] {
  const { supergraphSdl, ours, ports } = backends;
  const apollo = (keepAlive: boolean): ApolloOptions => ({ supergraphSdl, keepAlive });
  const hive = (folder: string, planner: HiveOptions['planner']): HiveOptions => ({
    folder,
    supergraphSdl,
    planner,
  });
  const overHttp = NAMES.map((name) => ({
    name,
    url: `http://127.0.0.1:${ports.get(name)?.signed ?? 0}`,
  }));
  const inProcess = NAMES.map((name) => ({ name }));
  const make = (
    key: Contestant['key'],
    title: string,
    program: string,
    options: object,
  ): Contestant => ({ key, title, program: `gateway/${program}.main`, options });
  return [
    make('floor', 'graphql-js, one schema, no checks (floor)', 'floor', {}),
    make('stock', '@apollo/gateway, default', 'apollo', apollo(false)),
    make('kept', '@apollo/gateway, kept connections', 'apollo', apollo(true)),
    ...(rivals === undefined
      ? []
      : [
          make('hive', 'Hive Gateway, Node planner', 'hive', hive(rivals, 'node')),
          make('rust', 'Hive Gateway, Rust planner', 'hive', hive(rivals, 'rust')),
        ]),
    make('http', 'Tradegraph over HTTP, all checks', 'tradegraph', {
      ...ours,
      subgraphs: overHttp,
    }),
    make('process', 'Tradegraph in process, all checks', 'tradegraph', {
      ...ours,
      subgraphs: inProcess,
    }),
  ];
}
