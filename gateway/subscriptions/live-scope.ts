import type { GraphQLError } from 'graphql';
import type { Grant } from '#kernel/auth/grant';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { SECOND } from '#kernel/clock/clock';
import type { Caller } from '../http/caller.service';
import type { Access } from './live-answer';
import type { LivePlan } from './live-plan';

/** How long a viewer is believed to see what an owner gave no grant for. */
const BELIEVED_MS = 45 * SECOND;

/** As whom a subscription's queries run: nobody in particular when everybody gets the same. */
export const runsAs = ({ share }: LivePlan, viewer: Viewer, correlationId: string): Viewer =>
  makeViewer(
    share === 'PUBLIC' ? { kind: 'ANONYMOUS', correlationId } : { ...viewer, correlationId },
  );

/** Everything of a viewer but the correlation id: equal for two sockets of one account. */
export const identityOf = ({ correlationId: _own, ...who }: Viewer): string =>
  JSON.stringify([
    who.kind,
    who.accountId,
    who.keyId,
    who.permVersion,
    [...who.roles].sort(),
    [...who.scopes].sort(),
    [...who.tenantIds].sort(),
  ]);

/**
 * The right under which a viewer follows something that was seen just now. Without the owner's word nobody else gets
 * what was found for this viewer.
 */
export function grantFor(
  { share, live }: LivePlan,
  viewer: Viewer,
  grants: readonly Grant[],
  now: number,
): Grant {
  const subject = live.query;
  const { permVersion } = viewer;
  if (share === 'PUBLIC') return { scope: 'public', subject, permVersion, until: Infinity };
  const until = Math.min(now + BELIEVED_MS, ...grants.map((grant) => grant.until));
  const granted = share === 'PARTY' && grants.length > 0;
  const scope = granted
    ? grants
        .map((grant) => `party ${grant.scope}`)
        .sort()
        .join(' ')
    : `user ${identityOf(viewer)}`;
  return { scope, subject, permVersion, until };
}

/** What its owner says of a credential, where nobody can be sure to have heard of its end. */
export async function accessWith({ recheck }: Caller): Promise<Access> {
  try {
    await recheck?.({ surely: true });
    return 'SEEN';
  } catch (error) {
    const { code } = (error as Partial<GraphQLError>).extensions ?? {};
    return code === 'UNAUTHENTICATED' ? 'HIDDEN' : 'UNKNOWN';
  }
}
