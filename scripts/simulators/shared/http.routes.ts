import { type SharedFact } from './facts';
import { type Fields } from './fields';
import { type SentFile } from './sent.body';

/** One request as a route sees it. */
export interface Call {
  /** Values of the `:name` parts of the path. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The JSON body; an empty object when there was none. */
  body: Fields;
  /** Files that came with it. */
  files: readonly SentFile[];
  /** `http://127.0.0.1:port`, for addresses inside replies. */
  baseUrl: string;
}

/** A reply. A Buffer is sent as `mime`; everything else as JSON. */
export interface Reply {
  status: number;
  body: unknown;
  mime?: string;
}

/** A reply with the facts that must be on the disk before it is sent. */
export interface Change<F> extends Reply {
  facts: readonly (F | SharedFact)[];
}

/**
 * A read may take its time. A write decides in one go (no await), so two equal requests can never
 * both find their idempotency key unused.
 */
export type Route<F> =
  | { method: 'GET'; path: string; read: (call: Call) => Reply | Promise<Reply> }
  | { method: 'POST' | 'DELETE'; path: string; write: (call: Call) => Change<F> };

/** The route for a path with the values of its `:name` parts. */
export function findRoute<F>(
  routes: readonly Route<F>[],
  method: string,
  path: string,
): { route: Route<F>; params: Record<string, string> } | undefined {
  const parts = path.split('/');
  for (const route of routes) {
    if (route.method !== method) continue;
    const params = paramsOf(route.path.split('/'), parts);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function paramsOf(
  pattern: readonly string[],
  parts: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, expected] of pattern.entries()) {
    const actual = parts[at] ?? '';
    if (expected.startsWith(':') && actual !== '') params[expected.slice(1)] = actual;
    else if (expected !== actual) return undefined;
  }
  return params;
}

/** A named part of the path. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no :${name}`);
  return value;
}
