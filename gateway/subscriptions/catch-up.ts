import { type GraphQLError } from 'graphql';
import { gatewayError } from '../gateway.errors';
import type { Group } from './group';
import type { LiveHost } from './live-host';
import { factsAfter, newestOfEach } from './log-facts';
import type { Subscriber } from './subscriber';

/** What a subscriber is told when the log no longer has what it missed: it resumed too late, or it was too slow. */
export type ExpiryCode = 'CURSOR_EXPIRED' | 'SUBSCRIPTION_LAGGED';

/**
 * Reads the log for one who is behind, until its group's own messages connect to what it has. It may become slow, be
 * refused or leave at any time.
 */
export async function readLogFor(
  subscriber: Subscriber,
  group: Group,
  host: LiveHost,
  expired: ExpiryCode,
): Promise<void> {
  const { plan } = subscriber;
  const reading = subscriber.beginCatchUp();
  let facts = 0;
  try {
    const all = factsAfter(host.logs, subscriber.at, plan.topics, (fact) =>
      subscriber.isHeld(fact),
    );
    // A client that comes back with its cursor gets everything; who had to wait gets what is left to say.
    const waited = plan.live.delivery === 'LATEST' && expired === 'SUBSCRIPTION_LAGGED';
    const missed = waited ? newestOfEach(all, () => host.watch?.coalesced()) : all;
    for await (const fact of missed) {
      if (!subscriber.isCatchingUp(reading)) return;
      if (subscriber.has(fact)) continue;
      if (subscriber.isFull) {
        subscriber.lag();
        return;
      }
      facts += 1;
      const message = await group.messageFor(subscriber, fact);
      if (!subscriber.isCatchingUp(reading)) return;
      if (message === undefined) {
        subscriber.withhold();
        return;
      }
      subscriber.send(message);
    }
  } catch (error) {
    if (!subscriber.isCatchingUp(reading)) return;
    if (isExpired(error)) subscriber.end(expired);
    else {
      host.log.warn({ err: error }, 'a log cannot be read for a subscriber; trying again');
      subscriber.withhold();
    }
    return;
  } finally {
    host.watch?.caughtUpWith(facts);
  }
  if (subscriber.isCatchingUp(reading) && !subscriber.release()) {
    await readLogFor(subscriber, group, host, expired);
  }
}

const EXPIRED = gatewayError('CURSOR_EXPIRED').extensions['code'];
const isExpired = (error: unknown): boolean =>
  (error as Partial<GraphQLError>).extensions?.['code'] === EXPIRED;
