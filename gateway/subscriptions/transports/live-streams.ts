import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { gatewayError } from '../../gateway.errors';
import type { Caller } from '../../http/caller.service';
import type { LivePlan } from '../live-plan';
import type { Pipeline } from './pipeline';
import { allGone, letGo } from './spread';
import { type Framing, StreamOutlet } from './stream-outlet';
import { begun } from './subscription-watch';
import type { TransportLimits } from './transport-limits';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** All subscriptions that run as the body of an HTTP response, whatever their framing. */
export class LiveStreams {
  private readonly open = new Set<StreamOutlet>();

  constructor(
    private readonly pipeline: Pipeline,
    readonly limits: TransportLimits,
  ) {}

  /** How many subscriptions run. */
  get size(): number {
    return this.open.size;
  }

  /** The way out to one caller, from now on until the response is closed. */
  outlet(
    response: ServerResponse,
    framing: Framing,
    heartbeatMs: number,
    { viewer }: Caller,
  ): StreamOutlet {
    const { goodbyeMs } = this.limits;
    const mask = (error: GraphQLError) => this.pipeline.mask(error, viewer);
    const outlet = new StreamOutlet(response, { framing, heartbeatMs, goodbyeMs, mask });
    outlet.open();
    return outlet;
  }

  /** Lets the hub push until the client leaves, its credential ends or the hub says so. */
  follow(
    response: ServerResponse,
    outlet: StreamOutlet,
    plan: LivePlan,
    caller: Caller,
    transport: 'sse' | 'multipart',
  ): void {
    outlet.cursor = plan.after;
    const ended = begun(this.pipeline, transport, plan, caller.viewer);
    this.open.add(outlet);
    const subscription = this.pipeline.hub.subscribe(plan, caller, outlet);
    const expiry = this.atExpiry(caller, () => {
      subscription.close();
      outlet.end(withCursor('UNAUTHENTICATED', outlet, 'The token has expired: sign in again.'));
    });
    response.once('close', () => {
      this.open.delete(outlet);
      clearTimeout(expiry);
      subscription.close();
      ended(outlet.endedWith);
    });
  }

  /** Ends all streams so that their clients come back, spread out. */
  async drain(): Promise<void> {
    await letGo(this.open, this.limits, (outlet) => {
      outlet.interrupt(withCursor('SERVICE_RESTART', outlet));
    });
    await allGone(this.open, this.limits.goodbyeMs);
  }

  private atExpiry({ expiresAt }: Caller, then: () => void): NodeJS.Timeout | undefined {
    if (expiresAt === undefined) return undefined;
    const left = expiresAt.getTime() - this.pipeline.clock.now().getTime();
    return setTimeout(then, Math.min(Math.max(left, 0), LONGEST_TIMER_MS));
  }
}

/** The reader goes on behind its cursor once what ended the stream is over. */
function withCursor(
  code: 'UNAUTHENTICATED' | 'SERVICE_RESTART',
  { cursor }: StreamOutlet,
  message?: string,
): GraphQLError {
  return gatewayError(code, {
    ...(message !== undefined && { message }),
    extensions: cursor === undefined ? {} : { cursor },
  });
}
