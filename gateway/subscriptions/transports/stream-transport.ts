import type { Request, Response } from 'express';
import type { Caller } from '../../http/caller.service';
import { correlationId } from '../../http/correlation';
import type { Entrance } from './entrance';
import type { LiveStreams } from './live-streams';
import type { Pipeline } from './pipeline';

/** What a transport whose messages are the body of an HTTP response stands on. */
export interface StreamTransport {
  readonly pipeline: Pipeline;
  readonly entrance: Entrance;
  readonly streams: LiveStreams;
}

/** The caller of a stream, with a place that is free again once the response is closed. Throws what refuses it. */
export async function letIn(
  { pipeline, entrance }: StreamTransport,
  request: Request,
  response: Response,
  checkHttp: () => void,
): Promise<Caller> {
  const place = entrance.enter(request);
  response.once('close', () => {
    place.leave();
  });
  checkHttp();
  const caller = await pipeline.identify(request.headers.authorization, correlationId(), request);
  entrance.belongTo(place, caller.viewer);
  return caller;
}
