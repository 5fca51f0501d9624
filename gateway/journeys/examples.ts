import { readFileSync, readdirSync } from 'node:fs';
import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { type LiveMessage, follow } from '../../scripts/client/live.client';

const FOLDER = 'schema/operations';

interface Answer {
  readonly userErrors?: readonly { readonly code: string }[];
}

/** The committed example operations, and which of them have run. */
export class Examples {
  private readonly ran = new Set<string>();

  /** Runs one and returns its only root field; user errors fail it. */
  run = async <T>(graph: GraphClient, name: string, variables: object = {}): Promise<T> => {
    const root = await this.ask<T>(graph, name, variables);
    expect(root.userErrors ?? []).toEqual([]);
    return root;
  };

  /** Runs one that is refused, and returns the codes of its user errors. */
  refused = async (graph: GraphClient, name: string, variables: object): Promise<string[]> =>
    ((await this.ask(graph, name, variables)).userErrors ?? []).map(({ code }) => code);

  /** Follows one as a storefront would. */
  live = (graph: GraphClient, name: string, variables: Record<string, unknown>) => {
    const seen: LiveMessage[] = [];
    let ended: unknown;
    const { stop } = follow({
      url: graph.url,
      token: graph.token,
      query: this.document(name),
      variables,
      onMessage: (message) => seen.push(message),
      onEnd: (problem) => (ended = problem ?? 'complete'),
    });
    return {
      stop,
      until: (is: (message: LiveMessage) => boolean) =>
        eventually(`a message of ${name}`, () => Promise.resolve(seen.some(is) || undefined)),
      refused: async () => {
        await eventually(`${name} to be refused`, () => Promise.resolve(ended));
        expect(seen).toEqual([]);
      },
    };
  };

  /** Those that never ran. */
  get leftOut(): string[] {
    const all = readdirSync(FOLDER).map((file) => file.replace('.graphql', ''));
    return all.filter((name) => !this.ran.has(name));
  }

  private async ask<T>(graph: GraphClient, name: string, variables: object): Promise<T & Answer> {
    const data = await graph.ask<Record<string, T & Answer>>(this.document(name), variables);
    const [root] = Object.values(data);
    if (root === undefined) throw new Error(`${name} answered nothing`);
    return root;
  }

  private document(name: string): string {
    this.ran.add(name);
    return readFileSync(`${FOLDER}/${name}.graphql`, 'utf8');
  }
}
