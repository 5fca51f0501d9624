import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import { mapSupergraph } from './supergraph-map';

/** An account of the demo data, offered as a button. */
export interface DemoAccount {
  /** What it is in the demo, e.g. `Buyer`. */
  readonly label: string;
  readonly email: string;
  readonly password: string;
}

export interface PlaygroundOptions {
  /** The built page and its scripts: `dist/playground`. */
  readonly folder: string;
  /** Named example operations, one `*.graphql` a tab: `schema/operations`. */
  readonly operations: string;
  readonly demoAccounts: readonly DemoAccount[];
  /** The composed supergraph of the moment, for the page that draws it. */
  readonly supergraphSdl: () => string;
}

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'", // the editor places its lines with inline styles
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * GraphiQL at `/` and the drawing of the supergraph at `/supergraph`, served by ourselves: no request leaves the page's
 * own origin.
 */
export function playground({
  folder,
  operations,
  demoAccounts,
  supergraphSdl,
}: PlaygroundOptions): RequestHandler {
  const router = Router();
  const mapped = memoized(mapSupergraph);
  router.get('/playground/supergraph.json', (_request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.json(mapped(supergraphSdl()));
  });
  router.get('/playground/config.json', (_request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.json({ demoAccounts, operations: readOperations(operations) });
  });
  if (!existsSync(join(folder, 'index.html'))) return router;
  router.get('/favicon.ico', (_request, response) => {
    response.redirect(301, '/playground/favicon.svg');
  });
  router.get('/', page(join(folder, 'index.html')));
  router.get('/supergraph', page(join(folder, 'supergraph.html')));
  router.use('/playground', express.static(folder, { index: false, fallthrough: true }));
  return router;
}

const page =
  (file: string): RequestHandler =>
  (_request, response) => {
    response.setHeader('content-security-policy', CSP);
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cache-control', 'no-cache');
    response.type('html').send(readFileSync(file));
  };

/** The supergraph is replaced seldom, and read by whoever opens the page. */
function memoized<In, Out>(compute: (given: In) => Out): (given: In) => Out {
  let last: { readonly given: In; readonly out: Out } | undefined;
  return (given) => {
    if (last?.given !== given) last = { given, out: compute(given) };
    return last.out;
  };
}

/** The example operations of a folder, by file name. */
export function readOperations(folder: string): { name: string; query: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => ({
      name: file.replace(/\.graphql$/, ''),
      query: readFileSync(join(folder, file), 'utf8'),
    }));
}
