import { rmSync } from 'node:fs';
import { GraphClient } from '../../scripts/client/graph.client';
import { DEMO_PASSWORD } from '../../scripts/seed/demo.accounts';
import { SystemProcess, type Topology } from '../../scripts/system/system.process';

export const TOPOLOGIES: readonly Topology[] = ['embedded', 'distributed'];

export interface Journey {
  readonly system: SystemProcess;
  /** The anonymous public door. */
  readonly graph: GraphClient;
  /** A demo account, signed in. */
  as(role: 'buyer' | 'seller' | 'seller2' | 'operator'): Promise<GraphClient>;
  end(): Promise<void>;
}

/** A whole system in processes of its own, seeded, reached only through its public door. */
export async function beginJourney(
  topology: Topology,
  env: Readonly<Record<string, string>> = {},
): Promise<Journey> {
  const printed: string[] = [];
  const system = await SystemProcess.start({
    topology,
    env,
    print: (line) => printed.push(line),
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${printed.join('\n')}`);
  });
  const graph = new GraphClient({ url: system.url, patienceMs: 30_000 });
  return {
    system,
    graph,
    as: async (role) => {
      const input = { email: `${role}@demo.test`, password: DEMO_PASSWORD };
      const { accessToken } = await graph.mutate<{ accessToken: string }>(
        'accountSignIn',
        'accessToken',
        input,
      );
      return graph.as(accessToken);
    },
    end: async () => {
      await system.stop();
      rmSync(system.dataDir, { recursive: true, force: true });
    },
  };
}
