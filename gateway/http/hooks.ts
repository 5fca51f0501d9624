import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '#kernel/server/log';
import type { HookReceiver } from '../executor/doors';
import { within } from '../executor/sources/patience';
import { correlationId } from './correlation';

/** Which subgraph receives which kind. */
const RECEIVERS: Readonly<Record<string, string>> = { psp: 'payments', carriers: 'fulfillment' };
const CONNECTION = /^[\w-]{1,64}$/;
const LIMIT_MS = 10_000;
/** Headers of one connection, not of the message. */
const HOP = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** `POST /hooks/{kind}/{connection}`: the bytes as they came; the receiver checks who sent them. */
export function hookHandler(
  receivers: ReadonlyMap<string, HookReceiver>,
  log: Logger,
): RequestHandler {
  const receive = async (request: Request, response: Response): Promise<void> => {
    const { kind, connection } = request.params;
    const receiver = receivers.get(RECEIVERS[String(kind)] ?? '');
    if (receiver === undefined || !CONNECTION.test(String(connection))) {
      response.status(404).json({ error: 'NOT_FOUND' });
      return;
    }
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const hook = { connection: String(connection), headers: headersOf(request), body };
    try {
      const answer = await within(LIMIT_MS, (patience) =>
        receiver(String(kind), hook, correlationId(), patience),
      );
      if (answer === undefined) response.status(404).json({ error: 'NOT_FOUND' });
      else response.status(answer.status).type('text/plain').send(answer.body);
    } catch (error) {
      log.error({ err: error, kind, correlationId: correlationId() }, 'a hook was not received');
      response.status(503).json({ error: 'UNAVAILABLE' }); // the sender tries again
    }
  };
  return (request, response, next) => void receive(request, response).catch(next);
}

function headersOf({ headers }: Request): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !HOP.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
