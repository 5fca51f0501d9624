import type { ServerResponse } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Response,
} from 'express';
import type { Logger } from '#kernel/server/log';
import type { HookReceiver } from '../executor/doors';
import { type CallContext, callContext } from '../gateway.context';
import type { CallerService } from './caller.service';
import { correlated, correlationId, correlationIdFrom } from './correlation';
import { hookHandler } from './hooks';
import type { Readiness } from './health';

export const GRAPHQL_PATH = '/graphql';
const MAX_BODY = '256kb';
const MAX_HOOK_BODY = '1mb';
const CORRELATION = 'x-correlation-id';

export interface HttpAppOptions {
  readonly graphql: ApolloServer<CallContext>;
  readonly callers: CallerService;
  readonly receivers: ReadonlyMap<string, HookReceiver>;
  readonly readiness: Readiness;
  readonly playground: RequestHandler;
  /** The schema of clients, as SDL. */
  readonly schemaSdl: () => string;
  readonly log: Logger;
}

/** Everything that the gateway answers over plain HTTP. */
export function httpApp(options: HttpAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(prepare);
  app.get('/healthz', (_request, response) => void response.json({ alive: true }));
  app.get('/readyz', options.readiness.handler());
  app.get('/schema.graphql', (_request, response) => {
    response.type('text/plain').send(options.schemaSdl());
  });
  app.post(
    '/hooks/:kind/:connection',
    express.raw({ type: () => true, limit: MAX_HOOK_BODY, inflate: false }),
    hookHandler(options.receivers, options.log),
  );
  app.use(GRAPHQL_PATH, openToBrowsers, express.json({ limit: MAX_BODY }), graphql(options));
  app.use(options.playground);
  app.use((_request, response) => void response.status(404).json({ error: 'NOT_FOUND' }));
  app.use(brokenRequest(options.log));
  return app;
}

/** Names the call, and drops headers that only the gateway itself may send on. */
const prepare: RequestHandler = (request, response, next) => {
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('tradegraph-')) Reflect.deleteProperty(request.headers, name);
  }
  const id = correlationIdFrom(request.headers[CORRELATION]);
  response.setHeader(CORRELATION, id);
  response.setHeader('x-content-type-options', 'nosniff');
  correlated(id, next);
};

/** Any page may call: credentials are a header that only the page itself can add, never a cookie. */
const openToBrowsers: RequestHandler = (request, response, next) => {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', CORRELATION);
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader(
    'access-control-allow-headers',
    `authorization, content-type, apollo-require-preflight, x-apollo-operation-name, ${CORRELATION}`,
  );
  response.setHeader('access-control-max-age', '86400');
  response.status(204).end();
};

const graphql = ({ graphql: server, callers }: HttpAppOptions): RequestHandler =>
  expressMiddleware(server, {
    context: async ({ req, res }) => {
      const left = clientLeft(res);
      const { viewer } = await callers.identify(req.headers.authorization, correlationId());
      return callContext(viewer, 'http', left);
    },
  });

/** Aborted when the connection closes before the answer is sent: nobody waits for the subgraphs any more. */
function clientLeft(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** A body that is too large, cut off or not JSON. */
function brokenRequest(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response: Response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, statusCode } = error as { status?: number; statusCode?: number };
    const given = status ?? statusCode ?? 500;
    const ours = given < 400 || given > 499;
    if (ours) log.error({ err: error, correlationId: correlationId() }, 'fault over HTTP');
    response.status(ours ? 500 : given).json({
      errors: [
        {
          message: ours ? 'Internal error' : (MESSAGES[given] ?? 'The request is not well formed.'),
          extensions: { code: ours ? 'INTERNAL' : 'BAD_REQUEST', correlationId: correlationId() },
        },
      ],
    });
  };
}

const MESSAGES: Readonly<Record<number, string>> = {
  413: 'The request is too large.',
  415: 'The content type or encoding is not supported.',
};
