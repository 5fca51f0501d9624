/** What a storefront would write: a GraphQL client over HTTP that tries again with the same idempotency keys. */
export interface GraphResponse<T> {
  readonly data?: T | null;
  readonly errors?: readonly GraphError[];
}

export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly correlationId?: string };
}

/** The graph answered, and the answer is no. */
export class GraphProblem extends Error {
  constructor(
    readonly codes: readonly string[],
    message: string,
  ) {
    super(message);
    this.name = 'GraphProblem';
  }
}

interface UserErrors {
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly retryable: boolean;
  }[];
}

/** Answers that say "not now": the same request may succeed later. */
const LATER = new Set([
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
  'OVERLOADED',
  'THROTTLED',
  'INTERNAL',
  'INTERNAL_SERVER_ERROR',
]);

export interface ClientOptions {
  /** The graph's address, e.g. `http://localhost:4000/graphql`. */
  readonly url: string;
  /** How long a request is tried again while the graph cannot be reached; 0 = not at all. */
  readonly patienceMs?: number;
  /** True while it is known to be away, e.g. because it is being started again: then patience does not run out. */
  readonly isAway?: () => boolean;
}

export class GraphClient {
  private bearer: string | undefined;

  constructor(private readonly options: ClientOptions) {}

  get url(): string {
    return this.options.url;
  }

  get token(): string | undefined {
    return this.bearer;
  }

  /** A client of the same graph for another caller. */
  as(token: string): GraphClient {
    const client = new GraphClient(this.options);
    client.bearer = token;
    return client;
  }

  /** One request, no second try. */
  async send<T>(query: string, variables: object = {}): Promise<GraphResponse<T>> {
    const response = await fetch(this.options.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...(this.bearer === undefined ? {} : { authorization: `Bearer ${this.bearer}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    try {
      return JSON.parse(text) as GraphResponse<T>;
    } catch {
      throw new Error(`HTTP ${String(response.status)}: ${text.slice(0, 200)}`);
    }
  }

  /** The data of a request, tried again while the graph is away. Errors throw `GraphProblem`. */
  async ask<T>(query: string, variables: object = {}): Promise<T> {
    const { patienceMs = 0, isAway = () => false } = this.options;
    let deadline = performance.now() + patienceMs;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.send<T>(query, variables).catch((error: unknown) => String(error));
      if (isAway()) deadline = performance.now() + patienceMs;
      if (typeof outcome !== 'string') {
        const { data, errors = [] } = outcome;
        if (errors.length === 0 && data != null) return data;
        if (!errors.some(({ extensions }) => LATER.has(extensions?.code ?? '')))
          throw problem(errors);
        if (performance.now() > deadline) throw problem(errors);
      } else if (performance.now() > deadline) {
        throw new Error(`${this.options.url}: ${outcome}`);
      }
      await pause(Math.min(50 * 2 ** attempt, 1_000));
    }
  }

  /** One mutation's payload. Refusals throw `GraphProblem` with their codes; retryable ones are tried again. */
  async mutate<T>(name: string, selection: string, input: object): Promise<T> {
    const type = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code message retryable } } }`;
    for (let attempt = 0; ; attempt++) {
      const data = await this.ask<Record<string, (T & UserErrors) | null>>(query, { input });
      const payload = data[name];
      if (payload == null) throw new GraphProblem(['INTERNAL'], `${name} answered nothing`);
      const [first] = payload.userErrors;
      if (first === undefined) return payload;
      if (!first.retryable || attempt >= 40) {
        throw new GraphProblem(
          payload.userErrors.map(({ code }) => code),
          `${name}: ${payload.userErrors.map(({ code, message }) => `${code} ${message}`).join('; ')}`,
        );
      }
      await pause(Math.min(50 * 2 ** attempt, 1_000));
    }
  }
}

const problem = (errors: readonly GraphError[]): GraphProblem =>
  new GraphProblem(
    errors.map(({ extensions }) => extensions?.code ?? 'UNKNOWN'),
    errors
      .map(
        ({ message, path, extensions }) =>
          `${extensions?.code ?? ''} ${message} at ${path?.join('.') ?? ''}`,
      )
      .join('; ') || 'an empty answer',
  );

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** True when an error is a refusal with one of these codes. */
export const isProblem = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof GraphProblem && error.codes.some((code) => codes.includes(code));
