import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { GraphClient } from '../client/graph.client';
import { DEMO_PASSWORD } from '../seed/demo.accounts';
import { DEMO_PRODUCTS } from '../seed/demo.catalogue';
import { SystemProcess, type Topology } from '../system/system.process';
import { type Figures, figuresOf, median, quantile } from './process-figures';
import { type TradeTimes, tradeToFunded } from './trade.load';

export interface SystemFigures {
  readonly topology: Topology;
  readonly idleRss: number;
  readonly loadedRss: number;
  readonly pages: {
    readonly perSecond: number;
    readonly cpuMs: number;
    readonly databaseCpuMs: number;
  };
  readonly trades: {
    readonly perSecond: number;
    readonly cpuMs: number;
    readonly databaseCpuMs: number;
  };
  readonly fundedMs: { readonly p50: number; readonly p99: number };
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

const CLIENTS = 16;
const BUYERS = 8;
const ROUNDS = 3;
const PRODUCT_PAGE = readFileSync('schema/operations/ProductPage.graphql', 'utf8');

/** Measures one topology: its own system on a fresh data folder, closed-loop clients from this process. */
export async function measureSystem(topology: Topology, seconds: number): Promise<SystemFigures> {
  const system = await SystemProcess.start({ topology });
  try {
    const pids = { program: [system.pid], database: [system.databasePid] };
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const idleRss = figuresOf(pids.program, pids.database).rss;
    await pages(system.origin, 3); // warm-up
    const pageRounds = await rounds(() => measured(pids, () => pages(system.origin, seconds)));
    const offerId = await offerFor(system.url);
    const buyers = await Promise.all(
      Array.from({ length: BUYERS }, (_, i) => buyerOf(system.url, i)),
    );
    const times: TradeTimes[] = [];
    await trades(buyers, offerId, 2, []);
    const tradeRounds = await rounds(() =>
      measured(pids, () => trades(buyers, offerId, seconds, times)),
    );
    const latencies = times.flatMap(({ latenciesMs }) => latenciesMs);
    const funded = times.map(({ fundedMs }) => fundedMs);
    return {
      topology,
      idleRss,
      loadedRss: figuresOf(pids.program, pids.database).rss,
      pages: middle(pageRounds),
      trades: middle(tradeRounds),
      fundedMs: { p50: median(funded), p99: quantile(funded, 0.99) },
      latencyMs: { p50: median(latencies), p99: quantile(latencies, 0.99) },
    };
  } finally {
    await system.stop();
  }
}

interface Round {
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly databaseCpuMs: number;
}

async function rounds(run: () => Promise<Round>): Promise<Round[]> {
  const all: Round[] = [];
  for (let i = 0; i < ROUNDS; i++) all.push(await run());
  return all;
}

const middle = (all: readonly Round[]): Round => ({
  perSecond: median(all.map(({ perSecond }) => perSecond)),
  cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
  databaseCpuMs: median(all.map(({ databaseCpuMs }) => databaseCpuMs)),
});

/** Runs a load and says how much of each side's CPU one unit of it took. */
async function measured(
  pids: { readonly program: readonly number[]; readonly database: readonly number[] },
  load: () => Promise<number>,
): Promise<Round> {
  const before = [figuresOf(pids.program, pids.database), figuresOf(pids.database)] as const;
  const began = performance.now();
  const done = await load();
  const seconds = (performance.now() - began) / 1000;
  const spent = (now: Figures, then: Figures): number => (now.cpuMs - then.cpuMs) / done;
  return {
    perSecond: done / seconds,
    cpuMs: spent(figuresOf(pids.program, pids.database), before[0]),
    databaseCpuMs: spent(figuresOf(pids.database), before[1]),
  };
}

/** Product pages of varying products, so many clients in a closed loop; answers with errors stop the bench. */
async function pages(origin: string, seconds: number): Promise<number> {
  const pool = new Pool(origin, { connections: CLIENTS, pipelining: 1 });
  const until = performance.now() + seconds * 1000;
  let done = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const handle = DEMO_PRODUCTS[done % DEMO_PRODUCTS.length]?.handle;
      const { body } = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: PRODUCT_PAGE, variables: { handle } }),
      });
      const text = await body.text();
      if (text.includes('"errors"'))
        throw new Error(`a product page failed: ${text.slice(0, 300)}`);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await pool.close();
  return done;
}

async function trades(
  buyers: readonly GraphClient[],
  offerId: string,
  seconds: number,
  times: TradeTimes[],
): Promise<number> {
  const until = performance.now() + seconds * 1000;
  let done = 0;
  await Promise.all(
    buyers.map(async (buyer) => {
      while (performance.now() < until) {
        times.push(await tradeToFunded(buyer, offerId));
        done += 1;
      }
    }),
  );
  return done;
}

async function buyerOf(url: string, n: number): Promise<GraphClient> {
  const graph = new GraphClient({ url, patienceMs: 5_000 });
  const input = {
    email: `bench-${String(n)}@bench.test`,
    password: DEMO_PASSWORD,
    displayName: 'Bench',
  };
  const { accessToken } = await graph.mutate<{ accessToken: string }>(
    'accountSignUp',
    'accessToken',
    input,
  );
  return graph.as(accessToken);
}

/** An offer of the demo seller with more stock than any bench sells. */
async function offerFor(url: string): Promise<string> {
  const graph = new GraphClient({ url });
  const { accessToken } = await graph.mutate<{ accessToken: string }>(
    'accountSignIn',
    'accessToken',
    {
      email: 'seller@demo.test',
      password: DEMO_PASSWORD,
    },
  );
  const seller = graph.as(accessToken);
  const { productByHandle } = await seller.ask<{
    productByHandle: {
      variants: { offers: { nodes: { id: string; seller: { handle: string } }[] } }[];
    };
  }>(
    `{ productByHandle(handle: "steel-pen") { variants { offers(first: 5) { nodes { id seller { handle } } } } } }`,
  );
  const offer = productByHandle.variants[0]?.offers.nodes[0];
  await seller.mutate('stockAdjust', 'offer { id }', {
    offerId: offer?.id,
    delta: 1_000_000,
    idempotencyKey: 'bench stock',
  });
  return offer?.id ?? '';
}
