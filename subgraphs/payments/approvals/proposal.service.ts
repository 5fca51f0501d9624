import type { z } from 'zod';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { sortedJson } from '#kernel/json/sorted';
import { setTimer } from '#kernel/events/timers';
import { type ApprovalId, approvalIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import { APPROVAL_TTL_MS, type ApprovalKind } from './approval.rules';

/** An act that one person proposes. */
export interface NewProposal {
  readonly kind: ApprovalKind;
  /** What it is about: only one act of a kind waits for each subject. */
  readonly subject: string;
  /** All that the act needs, as JSON: it runs from this alone. bigint is stored as text. */
  readonly input: object;
  readonly reason: string;
  /** Account of who proposes; somebody else must grant it. */
  readonly proposer: string;
}

/** Who agreed to what. */
export interface Granted {
  readonly approvalId: ApprovalId;
  readonly proposer: string;
  readonly granter: string;
}

/** Runs a granted act in the granter's transaction. It judges everything again; a refusal leaves it proposed. */
export interface ApprovalAct {
  run(tx: Tx, input: unknown, by: Granted): Promise<void>;
}

/** The act of each kind: the only place that can run one. */
export type ApprovalActs = Readonly<Record<ApprovalKind, ApprovalAct>>;

/** An act whose stored input is read by a schema. */
export const approvalAct = <S extends z.ZodType>(
  schema: S,
  run: (tx: Tx, input: z.output<S>, by: Granted) => Promise<void>,
): ApprovalAct => ({ run: (tx, input, by) => run(tx, schema.parse(input), by) });

/** Stores an act until a second person grants it. Refuses with APPROVAL_PENDING when one like it already waits. */
export async function proposeIn(tx: Tx, what: NewProposal): Promise<ApprovalId> {
  const id = approvalIds.create();
  const until = after(tx.now, APPROVAL_TTL_MS);
  const { kind, subject, input, reason, proposer } = what;
  const fresh = await tx.query(
    `insert into approval (id, kind, subject, input, reason, state, "proposedBy", "createdAt", "expiresAt")
     values ($1, $2, $3, $4::jsonb, $5, 'PROPOSED', $6, $7, $8)
     on conflict do nothing returning 1 as one`,
    [id, kind, subject, sortedJson(input), reason, proposer, tx.now, until],
  );
  if (fresh.length === 0) throw refuse('APPROVAL_PENDING');
  await setTimer(tx, { subject: id, kind: 'APPROVAL_EXPIRY', version: 0 }, until);
  return id;
}
