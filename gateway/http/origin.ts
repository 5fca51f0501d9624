import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import { gatewayError } from '../gateway.errors';

/** Whether a page of this request's origin may call. */
export type OriginCheck = (request: IncomingMessage) => boolean;

/**
 * Without a list every origin may: credentials are a header that only the page itself can add, never a cookie. With
 * one, other pages are refused; programs that are no browser send no `Origin`, and our own playground is always at home.
 */
export function originCheck(allowed: readonly string[] | undefined): OriginCheck {
  if (allowed === undefined) return () => true;
  const origins = new Set(allowed);
  return ({ headers: { origin, host } }) =>
    origin === undefined ||
    origins.has(origin) ||
    (URL.canParse(origin) && new URL(origin).host === host);
}

/** For pages that the settings do not name. */
export const strangeOrigin = (): GraphQLError =>
  gatewayError('FORBIDDEN', {
    message: 'Pages of this origin may not call.',
    extensions: { http: { status: 403 } },
  });
