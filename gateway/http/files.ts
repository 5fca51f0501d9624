import { type RequestHandler, type Response, Router } from 'express';
import type { Logger } from '#kernel/server/log';
import { type FileRequest, MAX_FILE_BYTES } from '#kernel/server/subgraph';
import type { FileKeeper } from '../executor/doors';
import { within } from '../executor/sources/patience';
import { correlationId } from './correlation';
import { ComingFile } from './coming-file';

/** Which subgraph keeps which kind. */
const KEEPERS: Readonly<Record<string, string>> = { evidence: 'payments' };
const TOKEN = /^[\w.-]{1,200}$/;
const LIMIT_MS = 60_000;
/** What a slow line needs to send the largest file. */
const COMING_MS = 300_000;
/** One that is fetched is held in memory; more than these wait outside. */
const AT_ONCE = 8;

/**
 * `GET` and `PUT /files/{kind}/{token}`: the bytes as they are. The token is a signed link, which only the keeper can
 * judge; what is fetched is never shown as part of a page.
 */
export function fileHandler(keepers: ReadonlyMap<string, FileKeeper>, log: Logger): RequestHandler {
  const router = Router();
  const answer = served(keepers, log);
  router.get('/:kind/:token', known, fewAtOnce(), answer);
  router.put('/:kind/:token', known, fewAtOnce(), plainBytes, answer);
  return router;
}

/** Nothing of a body is read for what nobody keeps. */
const known: RequestHandler = ({ params: { kind, token } }, response, next) => {
  if (Object.hasOwn(KEEPERS, String(kind)) && TOKEN.test(String(token))) next();
  else response.status(404).json({ error: 'NOT_FOUND' });
};

/** What says that it is too large, or is packed, is not read at all. */
const plainBytes: RequestHandler = (incoming, response, next) => {
  const { headers } = incoming;
  const body = new ComingFile(incoming, MAX_FILE_BYTES);
  const packed = headers['content-encoding'] ?? 'identity';
  if (packed !== 'identity') refuse(response, body, 415, 'ENCODING_REFUSED');
  else if (Number(headers['content-length'] ?? 0) > MAX_FILE_BYTES)
    refuse(response, body, 413, 'TOO_LARGE');
  else next();
};

/** Answers before all of it has come. */
function refuse(response: Response, body: ComingFile, status: number, error: string): void {
  response.status(status).json({ error });
  body.discard();
}

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
  async (incoming, response) => {
    const { method, params } = incoming;
    const kind = String(params['kind']);
    const keeper = keepers.get(KEEPERS[kind] ?? '');
    const body = new ComingFile(incoming, MAX_FILE_BYTES);
    const request: FileRequest = {
      method: method === 'PUT' ? 'PUT' : 'GET',
      token: String(params['token']),
      body,
    };
    try {
      const file = await within(method === 'PUT' ? COMING_MS : LIMIT_MS, (patience) =>
        Promise.resolve(keeper?.(kind, request, correlationId(), patience)),
      );
      if (file === undefined) response.status(404).json({ error: 'NOT_FOUND' });
      else {
        send(response.status(file.status), file);
        body.discard();
      }
    } catch (error) {
      if (body.isTooLarge) {
        refuse(response, body, 413, 'TOO_LARGE');
        return;
      }
      log.error({ err: error, kind, correlationId: correlationId() }, 'a file was not served');
      refuse(response, body, 503, 'UNAVAILABLE');
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
