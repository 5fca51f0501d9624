import { rmSync } from 'node:fs';
import { NatsServer, natsProgram, withoutNats } from '#kernel/testing/nats-server';
import { GraphClient } from '../../scripts/client/graph.client';
import { DEMO_PASSWORD, type DemoAccount } from '../../scripts/seed/demo.accounts';
import { SystemProcess, type Topology } from '../../scripts/system/system.process';

/** A topology, and what carries facts in it when that is not the outboxes alone. */
export type Stage = Topology | 'distributed with JetStream';

export interface Journey {
  readonly system: SystemProcess;
  /** What carries facts; none where processes read the outboxes. */
  readonly nats: NatsServer | undefined;
  /** The anonymous public door. */
  readonly graph: GraphClient;
  /** A demo account, signed in. */
  as(role: DemoAccount['role']): Promise<GraphClient>;
  end(): Promise<void>;
}

/** A whole system in processes of its own, seeded, reached only through its public door. */
export async function beginJourney(
  stage: Stage,
  env: Readonly<Record<string, string>> = {},
): Promise<Journey> {
  const printed: string[] = [];
  const nats = stage === 'distributed with JetStream' ? await NatsServer.start() : undefined;
  const system = await SystemProcess.start({
    topology: stage === 'embedded' ? 'embedded' : 'distributed',
    env: { ...env, ...(nats && { NATS_URL: nats.url }) },
    print: (line) => printed.push(line),
  }).catch(async (error: unknown) => {
    await nats?.stop();
    throw new Error(`${String(error)}\n${printed.join('\n')}`);
  });
  const graph = new GraphClient({
    url: system.url,
    patienceMs: 30_000,
    isAway: () => system.isAway,
  });
  return {
    system,
    nats,
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
      await nats?.stop();
      rmSync(system.dataDir, { recursive: true, force: true });
    },
  };
}

/** The one system of a stage, which its journeys share: each leaves it running and does not count on being first. */
export interface House {
  readonly stage: Stage;
  readonly journey: Journey;
}

/** Goes through journeys on one system. A stage that needs a NATS server is skipped where there is none. */
export function inStage(stage: Stage, journeys: readonly ((house: House) => void)[]): void {
  const skipped = stage === 'distributed with JetStream' && natsProgram() === undefined;
  (skipped ? describe.skip : describe)(stage + (skipped ? withoutNats : ''), () => {
    let shared: Journey | undefined;
    const house = {
      stage,
      get journey(): Journey {
        if (shared === undefined) throw new Error(`${stage} is not up`);
        return shared;
      },
    };
    beforeAll(async () => {
      shared = await beginJourney(stage);
    });
    afterAll(() => shared?.end());
    for (const journey of journeys) journey(house);
  });
}
