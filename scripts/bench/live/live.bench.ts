import { newSecret, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { PostgresDoorbell } from '#kernel/events/doorbell';
import { BenchProcess } from '../bench.process';
import { onThrowAwayPostgres } from '../throw-away-postgres';
import type { LiveGatewayOptions } from './live-gateway.main';
import type { LiveSubgraphOptions } from './live-subgraph.main';
import { LiveHouse } from './live.house';
import { LiveStages, type LiveResults } from './live.stages';
import { type LiveSubgraphName, SUBGRAPHS, parcelSupergraph } from './parcel.graph';
import { ParcelStore } from './parcel.store';
import type { SubscribersOptions } from './subscribers.main';

export interface LiveBenchOptions {
  /** Subscribers in the end; the stages before have a tenth and a half of them. */
  readonly subscribers: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
  /** Folder for a CPU profile of our gateway while it delivers to all. */
  readonly profiles?: string;
}

const SUBSCRIBER_PROCESSES = 2;
const NAMES = Object.keys(SUBGRAPHS) as LiveSubgraphName[];

/** Our gateway and plain graphql-ws side by side, before the same audience in processes of its own. */
export function benchLive(options: LiveBenchOptions): Promise<LiveResults> {
  return onThrowAwayPostgres(true, async ({ url }) => {
    const doorbell = new PostgresDoorbell(url);
    const store = await ParcelStore.open(url, doorbell);
    const started: BenchProcess[] = [];
    const start = async (name: string, program: string, given: object): Promise<BenchProcess> => {
      const process = await BenchProcess.start(name, `live/${program}.main`, given);
      started.push(process);
      return process;
    };
    try {
      const accountKey = newSigningKey();
      const subgraphs = await startGateway(start, url, publicHalf(accountKey));
      const plain = await start('graphql-ws', 'plain', {});
      const given: SubscribersOptions = { accountKey, parcelId: store.id };
      const audience = await Promise.all(
        Array.from({ length: SUBSCRIBER_PROCESSES }, (_, i) =>
          start(`subscribers ${i + 1}`, 'subscribers', given),
        ),
      );
      const parts = { ...subgraphs, plain, audience, store };
      return await new LiveStages(options, await LiveHouse.open(parts)).run();
    } finally {
      await Promise.all(started.map((process) => process.stop()));
      await store.close();
      await doorbell.close();
    }
  });
}

/** Our gateway with its subgraphs, each a process. */
async function startGateway(
  start: (name: string, program: string, given: object) => Promise<BenchProcess>,
  databaseUrl: string,
  accountKey: LiveGatewayOptions['accountKey'],
): Promise<{ readonly gateway: BenchProcess; readonly subgraphs: readonly BenchProcess[] }> {
  const [signingKey, channelSecret] = [newSigningKey(), newSecret()];
  const verifyKey = publicHalf(signingKey);
  const behind = await Promise.all(
    NAMES.map(async (name) => {
      const given: LiveSubgraphOptions = { name, databaseUrl, verifyKey, channelSecret };
      const process = await start(name, 'live-subgraph', given);
      const port = await process.call<number>('start');
      process.mustOwn(port);
      return { process, door: { name, url: `http://127.0.0.1:${port}` } };
    }),
  );
  const given: LiveGatewayOptions = {
    supergraphSdl: await parcelSupergraph(),
    doors: behind.map(({ door }) => door),
    databaseUrl,
    signingKey,
    channelSecret,
    accountKey,
    cursorSecret: newSecret(),
  };
  const gateway = await start('gateway', 'live-gateway', given);
  return { gateway, subgraphs: behind.map(({ process }) => process) };
}
