import { DAY } from '#kernel/clock/clock';
import { type ApprovalEvent, type ApprovalState, approvalMachine } from './approval.machine';

/** Acts that need a second person, and what each is. */
export const APPROVAL_KINDS = {
  LEDGER_ADJUSTMENT: 'New transfers that put earlier ones right.',
  DISPUTE_DECISION: 'A decision about a lot of money, or one that gives away ours.',
} as const;
export type ApprovalKind = keyof typeof APPROVAL_KINDS;

/** How long a proposal waits for a second person. */
export const APPROVAL_TTL_MS = 7 * DAY;

/** What is judged of a proposal. */
export interface Proposal {
  readonly state: ApprovalState;
  readonly proposedBy: string;
  readonly expiresAt: Date;
}

/**
 * What a person's word does to a proposal: its next state, or why not. Who proposed an act may withdraw it (`reject`)
 * but never grant it.
 */
export function judge(
  { state, proposedBy, expiresAt }: Proposal,
  event: ApprovalEvent & ('grant' | 'reject'),
  person: string,
  now: Date,
): ApprovalState | 'TRANSITION_NOT_ALLOWED' | 'APPROVAL_REQUIRED' {
  const next = approvalMachine.next(state, event);
  if (next === undefined || now >= expiresAt) return 'TRANSITION_NOT_ALLOWED';
  return event === 'grant' && person === proposedBy ? 'APPROVAL_REQUIRED' : next;
}
