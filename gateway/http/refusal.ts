import type { Response } from 'express';
import type { GraphQLError } from 'graphql';
import { retryAfter, waitOf } from '../gateway.errors';
import { correlationId } from './correlation';
import { maskError } from './masking';

/** A refusal of a whole request as HTTP has it, before there is an answer of another form. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function refusalOf(error: GraphQLError, id: string): Refusal {
  const { http, code } = error.extensions as {
    readonly http?: { readonly status?: number };
    readonly code?: unknown;
  };
  const wait = waitOf(error);
  return {
    status: http?.status ?? (code === 'INTERNAL' ? 500 : 400),
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(wait !== undefined && { 'retry-after': retryAfter(wait) }),
    },
    body: JSON.stringify({ errors: [maskError(error.toJSON(), id)] }),
  };
}

/** Sends it unless an answer has begun. */
export function sendRefusal(response: Response, error: GraphQLError): void {
  if (response.headersSent || response.destroyed) return;
  const { status, headers, body } = refusalOf(error, correlationId());
  response.status(status).set(headers);
  // A client that knows the newer type takes an answer of any status for one of GraphQL.
  if (/application\/graphql-response\+json/i.test(response.req.headers.accept ?? '')) {
    response.set('content-type', 'application/graphql-response+json; charset=utf-8');
  }
  response.end(body);
}
