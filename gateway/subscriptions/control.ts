import type { Viewer } from '#kernel/auth/viewer';
import type { Fact } from '#kernel/events/fact';

const KEY_ENDED = new Set(['api_key.revoked', 'api_key.rotated']);
const RIGHTS_CHANGED = new Set([
  'merchant.member_changed',
  'restriction.imposed',
  'restriction.lifted',
  'seller.opened',
]);

/** True when the viewer's credential is worth nothing any more. */
export function outdates({ type, subject, data }: Fact, viewer: Viewer): boolean {
  if (KEY_ENDED.has(type)) return viewer.keyId === subject;
  if (type !== 'account.access_changed' || viewer.kind !== 'USER') return false;
  const { accountId, permVersion } = data;
  return (
    viewer.accountId === accountId &&
    typeof permVersion === 'number' &&
    viewer.permVersion < permVersion
  );
}

/** True when the viewer's rights may be others now: only the owners of things can tell. */
export function affects({ type, data }: Fact, viewer: Viewer): boolean {
  if (!RIGHTS_CHANGED.has(type) || viewer.kind === 'ANONYMOUS') return false;
  const { accountId } = data;
  return typeof accountId !== 'string' || viewer.accountId === accountId;
}

/** True for a fact that ends rights of anybody. */
export const isControl = ({ type }: Fact): boolean =>
  KEY_ENDED.has(type) || RIGHTS_CHANGED.has(type) || type === 'account.access_changed';
