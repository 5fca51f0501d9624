import type { GraphiQLProps } from 'graphiql';
import { type OperationDefinitionNode, OperationTypeNode, getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import type { Journal } from './journal';

type Fetch = GraphiQLProps['fetcher'];
type Request = Parameters<Fetch>[0];
type Options = Parameters<Fetch>[1];
type Result = Awaited<ReturnType<Fetch>>;

export interface PlaygroundFetcher {
  readonly fetch: Fetch;
  /** The token of whoever is signed in; an `authorization` in the header editor goes before it. */
  useToken(token: string | undefined): void;
}

/** Queries and mutations over HTTP, subscriptions over graphql-ws: both with the same headers, both in the journal. */
export function makeFetcher(journal: Journal): PlaygroundFetcher {
  let token: string | undefined;
  const ours = new Set<string>();
  const headersOf = (options: Options): Record<string, string> => {
    const headers: Readonly<Record<string, string>> = options?.headers ?? {};
    const typed = Object.entries(headers);
    // A tab may still show the header of whoever was signed in before.
    const kept = typed.filter(([, value]) => !ours.has(value));
    const named = kept.some(([name]) => name.toLowerCase() === 'authorization');
    const own = token !== undefined && !named && { authorization: bearer(token) };
    return { ...own, ...Object.fromEntries(kept) };
  };
  return {
    useToken: (next) => {
      token = next;
      if (next !== undefined) ours.add(bearer(next));
    },
    fetch: (given, options) => {
      const headers = headersOf(options);
      // The editor's own questions about the schema are no runs.
      if (given.operationName === 'IntrospectionQuery') return post(given, headers);
      const { request, operation } = chosen(given);
      const live = operation?.operation === OperationTypeNode.SUBSCRIPTION;
      const run = journal.begin(operation?.name?.value ?? 'unnamed', live);
      return live ? follow(request, headers, run) : asked(post(request, headers), run);
    },
  };
}

/** The editor notices a moment late that another tab is shown, and would name an operation of the one before. */
function chosen(given: Request): {
  readonly request: Request;
  readonly operation: OperationDefinitionNode | undefined;
} {
  try {
    const document = parse(given.query);
    const named = getOperationAST(document, given.operationName);
    if (named != null) return { request: given, operation: named };
    const only = getOperationAST(document);
    const { operationName: _ofAnother, ...request } = given;
    return { request, operation: only ?? undefined };
  } catch {
    return { request: given, operation: undefined }; // the gateway says where it does not parse
  }
}

const bearer = (token: string): string => `Bearer ${token}`;

type JournalRun = ReturnType<Journal['begin']>;

async function asked(answer: Promise<Result>, run: JournalRun): Promise<Result> {
  try {
    const result = await answer;
    run.took(result);
    return result;
  } finally {
    run.ended();
  }
}

async function post(request: Request, headers: Record<string, string>): Promise<Result> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(request),
  });
  return (await response.json()) as Result;
}

/**
 * Follows a live field. The client sends the same payload object again when it has to reconnect: with the last cursor
 * in `after` it then goes on where it was.
 */
function follow(request: Request, headers: Record<string, string>, run: JournalRun): Result {
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`;
  const client = createClient({ url, connectionParams: headers, retryAttempts: 10 });
  const variables: Record<string, unknown> = { ...(request.variables as object | undefined) };
  const resumes = /\$after\b/.test(request.query);
  const payload = { ...request, operationName: request.operationName ?? null, variables };
  const end = async (): Promise<void> => {
    run.ended();
    await client.dispose();
  };
  const messages = (async function* () {
    try {
      for await (const result of client.iterate(payload)) {
        const { cursor } = (result.extensions ?? {}) as { cursor?: unknown };
        if (resumes && typeof cursor === 'string') variables['after'] = cursor;
        run.took(result);
        yield result;
      }
    } finally {
      await end();
    }
  })();
  // A generator that waits for a message would hear `return` only with the next one: stop means now.
  const stoppable = {
    next: () => messages.next(),
    return: async () => {
      await end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stoppable,
  };
  return stoppable as Result;
}
