import express, { type RequestHandler, type Response, Router } from 'express';
import type { Logger } from '#kernel/server/log';
import { type FileRequest, MAX_FILE_BYTES } from '#kernel/server/subgraph';
import type { FileKeeper } from '../executor/doors';
import { within } from '../executor/sources/patience';
import { correlationId } from './correlation';

/** Which subgraph keeps which kind. */
const KEEPERS: Readonly<Record<string, string>> = { evidence: 'payments' };
const TOKEN = /^[\w.-]{1,200}$/;
const LIMIT_MS = 60_000;
/** Each holds its file in memory; more than these wait outside. */
const AT_ONCE = 8;

/**
 * `GET` and `PUT /files/{kind}/{token}`: the bytes as they are. The token is a signed link, which only the keeper can
 * judge; what is fetched is never shown as part of a page.
 */
export function fileHandler(keepers: ReadonlyMap<string, FileKeeper>, log: Logger): RequestHandler {
  const router = Router();
  const body = express.raw({ type: () => true, limit: MAX_FILE_BYTES, inflate: false });
  const answer = served(keepers, log);
  router.get('/:kind/:token', known, fewAtOnce(), answer);
  router.put('/:kind/:token', known, fewAtOnce(), body, answer);
  return router;
}

/** Nothing of a body is read for what nobody keeps. */
const known: RequestHandler = ({ params: { kind, token } }, response, next) => {
  if (Object.hasOwn(KEEPERS, String(kind)) && TOKEN.test(String(token))) next();
  else response.status(404).json({ error: 'NOT_FOUND' });
};

function fewAtOnce(): RequestHandler {
  let open = 0;
  return (_request, response, next) => {
    if (open >= AT_ONCE) {
      response.setHeader('retry-after', '2');
      response.status(503).json({ error: 'OVERLOADED' });
      return;
    }
    open += 1;
    response.once('close', () => (open -= 1));
    next();
  };
}

const served =
  (keepers: ReadonlyMap<string, FileKeeper>, log: Logger): RequestHandler =>
  async ({ method, params, body }, response) => {
    const kind = String(params['kind']);
    const keeper = keepers.get(KEEPERS[kind] ?? '');
    const request: FileRequest = {
      method: method === 'PUT' ? 'PUT' : 'GET',
      token: String(params['token']),
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    };
    try {
      const file = await within(LIMIT_MS, (patience) =>
        Promise.resolve(keeper?.(kind, request, correlationId(), patience)),
      );
      if (file === undefined) response.status(404).json({ error: 'NOT_FOUND' });
      else send(response.status(file.status), file);
    } catch (error) {
      log.error({ err: error, kind, correlationId: correlationId() }, 'a file was not served');
      response.status(503).json({ error: 'UNAVAILABLE' });
    }
  };

function send(
  response: Response,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('cache-control', 'private, no-store');
  response.setHeader('content-security-policy', "default-src 'none'; sandbox");
  response.setHeader('content-length', body.length);
  response.end(body);
}
