import { type Viewer, hasRole, requireAccount, requireRole } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { Refusal } from '#kernel/errors/refusal';
import { type Timer, type TimerHandlers, clearTimers } from '#kernel/events/timers';
import { type PageRequest, keyset } from '#kernel/graphql/page';
import { actorOf } from '../balances/seller.service';
import type { ApprovalId } from '../payments.ids';
import { refuse } from '../payments.errors';
import type { ApprovalRow } from './approval.entity';
import type { ApprovalState } from './approval.machine';
import { judge } from './approval.rules';
import type { ApprovalActs } from './proposal.service';

/** What a second person says about a proposal. */
export interface DecisionInput {
  readonly key: string;
  readonly id: ApprovalId;
}

/** The act itself said no: everything is rolled back, then its code is kept. */
class ActRefused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** Acts that two people make: one proposes, another grants, and only then it runs, in the same transaction. */
export class ApprovalService {
  constructor(
    private readonly db: Database,
    private readonly acts: ApprovalActs,
  ) {}

  /**
   * Operators. Runs the act. What the act refuses rolls everything back and leaves it proposed with the code, so that
   * it can be granted again, by the same key too.
   */
  async grant(viewer: Viewer, { key, id }: DecisionInput): Promise<ApprovalId> {
    requireRole(viewer, 'OPERATOR');
    const granter = requireAccount(viewer);
    const intent = { scope: `${actorOf(viewer)}:approvalGrant`, key, input: { id } };
    try {
      return await this.db.transaction(viewer, (tx) =>
        once(tx, intent, async () => {
          const { kind, input, proposedBy } = await this.decideIn(tx, id, 'grant', granter);
          const by = { approvalId: id, proposer: proposedBy, granter };
          await this.acts[kind].run(tx, input, by).catch((error: unknown) => {
            throw error instanceof Refusal ? new ActRefused(error) : error;
          });
          return id;
        }),
      );
    } catch (error) {
      if (!(error instanceof ActRefused)) throw error;
      const { code, message } = error.refusal;
      await this.db.query(
        `update approval set refusal = $2, version = version + 1
         where id = $1 and state = 'PROPOSED'`,
        [id, code],
      );
      throw refuse('ACT_REFUSED', { message: `${code}: ${message}` });
    }
  }

  /** Operators; the proposer may withdraw it like this too. */
  async reject(
    viewer: Viewer,
    { key, id, reason }: DecisionInput & { readonly reason: string },
  ): Promise<ApprovalId> {
    requireRole(viewer, 'OPERATOR');
    const person = requireAccount(viewer);
    const intent = { scope: `${actorOf(viewer)}:approvalReject`, key, input: { id, reason } };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        await this.decideIn(tx, id, 'reject', person, reason);
        return id;
      }),
    );
  }

  /** Handler of the deadline of proposals. */
  timers(): TimerHandlers {
    return { APPROVAL_EXPIRY: (tx, timer) => this.expire(tx, timer) };
  }

  /** Operators and auditors see what waits and what was decided. */
  mayRead(viewer: Viewer): boolean {
    return hasRole(viewer, 'OPERATOR') || hasRole(viewer, 'AUDITOR');
  }

  find(id: string): Promise<ApprovalRow | undefined> {
    return this.db.first('select * from approval where id = $1', [id]);
  }

  /** Newest first; one more than the page holds. */
  list(state: ApprovalState | null, page: PageRequest): Promise<ApprovalRow[]> {
    return this.db.query(
      `select * from approval where ($1::text is null or state = $1) ${keyset(page, 2)}`,
      [state, page.from?.[0] ?? null, page.size + 1],
    );
  }

  private async decideIn(
    tx: Tx,
    id: ApprovalId,
    event: 'grant' | 'reject',
    person: string,
    reason: string | null = null,
  ): Promise<ApprovalRow> {
    const row = await tx.first<ApprovalRow>(
      'select * from approval where id = $1 for no key update',
      [id],
    );
    if (row === undefined) throw refuse('NOT_FOUND', { field: ['input', 'approvalId'] });
    const next = judge(row, event, person, tx.now);
    if (next === 'TRANSITION_NOT_ALLOWED' || next === 'APPROVAL_REQUIRED') throw refuse(next);
    await tx.query(
      `update approval set state = $2, "decidedBy" = $3, "decisionReason" = $4, "decidedAt" = $5,
         version = version + 1 where id = $1`,
      [id, next, person, reason, tx.now],
    );
    await clearTimers(tx, id);
    return row;
  }

  private async expire(tx: Tx, { subject }: Timer): Promise<void> {
    await tx.query(
      `update approval set state = 'EXPIRED', version = version + 1
       where id = $1 and state = 'PROPOSED'`,
      [subject],
    );
  }
}
