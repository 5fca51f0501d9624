import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import { gatewayError } from '../../gateway.errors';
import { type OriginCheck, strangeOrigin } from '../../http/origin';
import { type ConnectionCaps, type ConnectionPlace } from './connection-caps';

const RETRY_MS = 5_000;

export interface EntranceOptions {
  readonly caps: ConnectionCaps;
  readonly isAllowedOrigin: OriginCheck;
  /** Whom a connection is counted as before it says who it is. */
  readonly networkOf: (request: IncomingMessage) => string;
}

/** What a connection that stays open has to pass before anything else of it is looked at. */
export class Entrance {
  private closed = false;

  constructor(private readonly options: EntranceOptions) {}

  /** From now on nobody gets in: this process stops. */
  close(): void {
    this.closed = true;
  }

  /** Takes a place. Throws FORBIDDEN, SERVICE_RESTART or THROTTLED. */
  enter(request: IncomingMessage): ConnectionPlace {
    const { caps, isAllowedOrigin, networkOf } = this.options;
    if (!isAllowedOrigin(request)) throw strangeOrigin();
    if (this.closed) throw gatewayError('SERVICE_RESTART', later);
    const place = caps.enter(networkOf(request));
    if (place === undefined) throw tooMany('This network');
    return place;
  }

  /** Counts it as the caller's too. Throws THROTTLED. */
  belongTo(place: ConnectionPlace, viewer: Viewer): void {
    if (!place.belongTo(viewer)) throw tooMany('This account');
  }
}

const later = { extensions: { retryAfterMs: RETRY_MS } };

const tooMany = (who: string): GraphQLError =>
  gatewayError('THROTTLED', { ...later, message: `${who} has too many open connections.` });
