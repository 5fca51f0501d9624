import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from './request-params';

/** Bodies that a browser sends to another origin without asking it first. */
const SIMPLE = new Set(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']);
/** A browser asks first before it sends one of these. */
const PREFLIGHTED = ['x-apollo-operation-name', 'apollo-require-preflight'];

/**
 * Refuses what another page could make a browser send unasked, by the rule that Apollo Server has for plain requests.
 * That takes in the browser's own EventSource, which can set no header: pages read streams with fetch, as graphql-sse
 * does, and then also need no credential in the address.
 */
export function refuseForgeable(headers: IncomingHttpHeaders): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && type !== '' && !SIMPLE.has(type)) return;
  if (PREFLIGHTED.some((name) => (headers[name] ?? '').length > 0)) return;
  throw badRequest(
    'This could be a cross-site request forgery: send a `content-type` that is not one of ' +
      `${[...SIMPLE].join(', ')}, or one of the headers ${PREFLIGHTED.join(', ')}.`,
  );
}
