import { MINUTE, SECOND } from '../clock/clock';
import { CallError } from '../errors/refusal';

export type ViewerKind = 'USER' | 'API_KEY' | 'ANONYMOUS' | 'SERVICE' | 'SYSTEM';

/** Who acts. Made by the gateway (or a worker), carried to a subgraph as a signed statement or as this value. */
export interface Viewer {
  readonly kind: ViewerKind;
  /** The account of a USER; the account that made the key of an API_KEY. */
  readonly accountId?: string;
  /** Platform roles, e.g. OPERATOR. Never a seller's rights: those are facts of each subgraph. */
  readonly roles: readonly string[];
  /** What a key or token may do, e.g. `orders:read`; `*` = all that the account may. */
  readonly scopes: readonly string[];
  /** Tenants (opaque ids) that an API key is bound to. */
  readonly tenantIds: readonly string[];
  readonly keyId?: string;
  readonly permVersion: number;
  /** When a signed-in person last entered their password, epoch seconds. */
  readonly authenticatedAt?: number;
  /** The network that a signed-in person calls from, as the gateway saw it. Never kept or shown as it is. */
  readonly network?: string;
  /** Follows the call through logs, facts and masked faults. */
  readonly correlationId: string;
}

const made = new WeakSet<Viewer>();

/** The only place that makes a Viewer, so that a plain object from outside is never taken for one. */
export function makeViewer(
  viewer: Partial<Viewer> & Pick<Viewer, 'kind' | 'correlationId'>,
): Viewer {
  const whole = Object.freeze({
    roles: [],
    scopes: [],
    tenantIds: [],
    permVersion: 0,
    ...viewer,
  }) as Viewer;
  made.add(whole);
  return whole;
}

const texts = new WeakMap<Viewer, string>();

/** Who acts as text, without the single call: equal for two viewers with equal rights. */
export function claimsText(viewer: Viewer): string {
  const known = texts.get(viewer);
  if (known !== undefined) return known;
  const { correlationId: _perCall, ...claims } = viewer;
  const text = JSON.stringify(claims);
  texts.set(viewer, text);
  return text;
}

export const isViewer = (value: Viewer): boolean => made.has(value);

/** How long after entering a password a person may do what is most worth stealing. */
const STEP_UP_MS = 10 * MINUTE;

/** Whether a person has entered their password just now. Never a key: a leaked one must not get that far. */
export const isSteppedUp = ({ kind, authenticatedAt }: Viewer, now: Date): boolean =>
  kind === 'USER' &&
  authenticatedAt !== undefined &&
  now.getTime() - authenticatedAt * SECOND <= STEP_UP_MS;

/** Reactions and timers act as the system itself. */
export const systemViewer = (correlationId: string): Viewer =>
  makeViewer({ kind: 'SYSTEM', scopes: ['*'], correlationId });

/** The account id of a signed-in caller; others get UNAUTHENTICATED. */
export function requireAccount(viewer: Viewer): string {
  if (viewer.accountId === undefined) throw new CallError('UNAUTHENTICATED');
  return viewer.accountId;
}

/** Refuses a key or token that was not given this scope. */
export function requireScope(viewer: Viewer, scope: string): void {
  if (viewer.kind === 'ANONYMOUS') throw new CallError('UNAUTHENTICATED');
  if (!hasScope(viewer, scope)) throw new CallError('FORBIDDEN', `This needs the scope ${scope}.`);
}

export const hasScope = (viewer: Viewer, scope: string): boolean =>
  viewer.scopes.includes('*') || viewer.scopes.includes(scope);

export const hasRole = (viewer: Viewer, role: string): boolean => viewer.roles.includes(role);

export function requireRole(viewer: Viewer, role: string): void {
  if (viewer.kind === 'ANONYMOUS') throw new CallError('UNAUTHENTICATED');
  if (!hasRole(viewer, role)) throw new CallError('FORBIDDEN', `This needs the role ${role}.`);
}
