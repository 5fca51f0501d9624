import type { IncomingMessage } from 'node:http';

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
