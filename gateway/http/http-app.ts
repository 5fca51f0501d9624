import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import type { Logger } from '#kernel/server/log';
import type { FileKeeper, HookReceiver } from '../executor/doors';
import { type OperationEntry, answerOperation } from './answer-operation';
import { correlationId } from './correlation';
import { fileHandler } from './files';
import { hookHandler } from './hooks';
import type { Readiness } from './health';
import { CORRELATION, answerBroken, beginCall, openToPages } from './incoming-call';
import { MAX_BODY } from './ordinary-requests';
import { type OriginCheck, strangeOrigin } from './origin';
import { sendRefusal } from './refusal';

export const GRAPHQL_PATH = '/graphql';
const STREAM_PATH = '/graphql/stream';
const ALLOWED_HEADERS =
  'authorization, content-type, apollo-require-preflight, x-apollo-operation-name, last-event-id, ' +
  CORRELATION;
const MAX_HOOK_BODY = '1mb';

export interface HttpAppOptions extends OperationEntry {
  readonly receivers: ReadonlyMap<string, HookReceiver>;
  readonly fileKeepers: ReadonlyMap<string, FileKeeper>;
  readonly readiness: Readiness;
  readonly playground: RequestHandler;
  readonly isAllowedOrigin: OriginCheck;
  /** Operations as Server-Sent Events. */
  readonly sse: RequestHandler;
  /** Subscriptions as multipart responses; everything else goes on to the next handler. */
  readonly multipart: RequestHandler;
  /** The schema of clients, as SDL. */
  readonly schemaSdl: () => string;
  readonly log: Logger;
}

/** Everything that the gateway answers over plain HTTP. */
export function httpApp(options: HttpAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(beginCall);
  app.get('/healthz', (_request, response) => void response.json({ alive: true }));
  app.get('/readyz', options.readiness.handler());
  app.get('/schema.graphql', schemaFor(options));
  app.post(
    '/hooks/:kind/:connection',
    express.raw({ type: () => true, limit: MAX_HOOK_BODY, inflate: false }),
    hookHandler(options.receivers, options.log),
  );
  const opened = openToBrowsers(options.isAllowedOrigin);
  app.use('/files', opened, fileHandler(options.fileKeepers, options.log));
  const asked = [opened, express.json({ limit: MAX_BODY })];
  app.use(STREAM_PATH, asked, options.sse);
  app.use(GRAPHQL_PATH, asked, options.multipart, graphql(options));
  app.use(options.playground);
  app.use((_request, response) => void response.status(404).json({ error: 'NOT_FOUND' }));
  app.use(brokenRequest(options.log));
  return app;
}

/** Pages of allowed origins may call, with the headers that they need. */
const openToBrowsers =
  (isAllowedOrigin: OriginCheck): RequestHandler =>
  (request, response, next) => {
    if (!isAllowedOrigin(request)) {
      sendRefusal(response, strangeOrigin());
      return;
    }
    openToPages(response);
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response.setHeader('access-control-allow-methods', 'GET, POST, PUT');
    response.setHeader('access-control-allow-headers', ALLOWED_HEADERS);
    response.setHeader('access-control-max-age', '86400');
    response.status(204).end();
  };

const graphql =
  (options: HttpAppOptions): RequestHandler =>
  (request, response, next) => {
    const { search } = new URL(request.originalUrl, 'http://gateway');
    const { method } = request;
    const body: unknown = request.body;
    answerOperation(options, request, response, { method, search, body }).catch(next);
  };

/** The schema, for those who may also ask for it by introspection. */
const schemaFor =
  ({ callers, limits, schemaSdl }: HttpAppOptions): RequestHandler =>
  async (request, response) => {
    try {
      const { viewer } = await callers.identify(request.headers.authorization, correlationId());
      limits.refuseSchema(viewer);
      response.type('text/plain').send(schemaSdl());
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      sendRefusal(response, error);
    }
  };

/** A body that is too large, cut off or not JSON. */
const brokenRequest =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    if (response.headersSent) next(error);
    else answerBroken(error, response, log);
  };
