import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '#kernel/server/log';
import { type OperationEntry, answerOperation } from './answer-operation';
import { answerBroken, beginCall, openToPages } from './incoming-call';
import type { OriginCheck } from './origin';

/** Bytes of a request's body. */
export const MAX_BODY = 256 * 1024;

export interface OrdinaryOptions extends OperationEntry {
  readonly path: string;
  readonly isAllowedOrigin: OriginCheck;
  readonly log: Logger;
}

/** Takes a request, or returns false with nothing of it read. */
export type TakeRequest = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Answers operations that come as JSON by POST, which nearly all do, before the web framework is asked: its routing and
 * body parsing cost as much as all else that the gateway does for a small query.
 */
export function ordinaryRequests(options: OrdinaryOptions): TakeRequest {
  return (request, response) => {
    if (!isOrdinary(request, options.path) || !options.isAllowedOrigin(request)) return false;
    beginCall(request, response, () => {
      openToPages(response);
      read(request)
        .then((text) =>
          answerOperation(options, request, response, {
            method: 'POST',
            search: '',
            body: parsed(text),
          }),
        )
        .catch((error: unknown) => {
          if (response.headersSent) response.destroy();
          else answerBroken(error, response, options.log);
        });
    });
    return true;
  };
}

/** One uncompressed JSON text of a known, allowed length; one whole JSON answer wanted. */
function isOrdinary({ method, url, headers }: IncomingMessage, path: string): boolean {
  const { accept = '*/*' } = headers;
  return (
    method === 'POST' &&
    url === path &&
    Number(headers['content-length'] ?? NaN) <= MAX_BODY &&
    headers['content-encoding'] === undefined &&
    /^application\/json(?:; ?charset=utf-8)?$/i.test(headers['content-type'] ?? '') &&
    (accept === '*/*' || accept === 'application/json')
  );
}

function read(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString());
    });
    request.once('error', reject);
    request.once('aborted', () => {
      reject(new BadBody());
    });
  });
}

class BadBody extends Error {
  readonly status = 400;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadBody();
  }
}
