import { createHash } from 'node:crypto';
import type { Viewer } from './viewer';

/**
 * The owner's word that a viewer may follow something live. Two viewers with equal scopes get equal answers from every
 * subgraph, fields that are `@access(perUser: true)` aside; so what is found for one may be sent to the other.
 */
export interface Grant {
  readonly scope: string;
  /** What may be followed, e.g. `ord_…`. */
  readonly subject: string;
  readonly permVersion: number;
  /** Milliseconds since 1970; after that the owner has to be asked again. */
  readonly until: number;
}

const GRANT_MS = 45_000;

/** Collects the grants of one request. A resolver of a live field's query gives one when it lets the viewer see. */
export class GrantBook {
  readonly given: Grant[] = [];

  constructor(
    private readonly viewer: Viewer,
    private readonly now: Date,
  ) {}

  /**
   * `role` is what the viewer is to the subject; `rights` is all else that an answer could depend on and that is not
   * part of the viewer, such as the sellers that the account acts for.
   */
  give(subject: string, role: string, rights: readonly string[]): void {
    const { kind, roles, scopes, tenantIds, permVersion } = this.viewer;
    const standing = [kind, sorted(roles), sorted(scopes), sorted(tenantIds), sorted(rights)];
    const hash = createHash('sha256').update(JSON.stringify(standing)).digest('base64url');
    const until = this.now.getTime() + GRANT_MS;
    this.given.push({ scope: `${subject}:${role}:${hash}`, subject, permVersion, until });
  }
}

const sorted = (values: readonly string[]): string[] => [...new Set(values)].sort();
