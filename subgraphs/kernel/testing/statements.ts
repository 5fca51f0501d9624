import { Client } from 'pg';

/** Texts of all that is sent to the database while something runs, in order; also what others of this process send. */
export async function statementsOf(run: () => Promise<unknown>): Promise<string[]> {
  const client = Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const { query } = client;
  const texts: string[] = [];
  client.query = function (this: unknown, ...args: unknown[]) {
    const [sent] = args as [string | { readonly text: string }];
    texts.push(typeof sent === 'string' ? sent : sent.text);
    return query.apply(this, args);
  };
  try {
    await run();
  } finally {
    client.query = query;
  }
  return texts;
}
