import type { Response } from 'express';
import type { GraphQLError } from 'graphql';
import { correlationId } from './correlation';
import { maskError } from './masking';

/** Refuses a whole request, before there is an answer of another form. */
export function sendRefusal(
  response: Response,
  error: GraphQLError,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const { http, retryAfterMs } = error.extensions as {
    readonly http?: { readonly status?: number };
    readonly retryAfterMs?: unknown;
  };
  if (typeof retryAfterMs === 'number') {
    response.setHeader('retry-after', Math.ceil(retryAfterMs / 1_000).toString());
  }
  const body = JSON.stringify({ errors: [maskError(error.toJSON(), correlationId())] });
  response
    .status(http?.status ?? (error.extensions['code'] === 'INTERNAL' ? 500 : 400))
    .set(headers)
    .set('content-type', responseType(response))
    .end(body);
}

/** A client that knows the newer type takes an answer of any status for one of GraphQL. */
const responseType = ({ req }: Response): string =>
  /application\/graphql-response\+json/i.test(req.headers.accept ?? '')
    ? 'application/graphql-response+json; charset=utf-8'
    : 'application/json; charset=utf-8';
