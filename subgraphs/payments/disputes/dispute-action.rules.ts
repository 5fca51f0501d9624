import { after } from '#kernel/clock/clock';
import type { DisputeRow } from './dispute.entity';
import { type DisputeEvent, disputeMachine } from './dispute.machine';
import { ESCALATE_FROM_MS } from './dispute-timer.rules';
import { type DisputeSide, type Proposal, otherSide, standing } from './proposal.rules';

/** What a viewer is to a dispute. */
export type DisputeRole = DisputeSide | 'OPERATOR';

/**
 * Why a viewer cannot act, whatever the state is: a key without `payments:write`; of operators, who decided it before, and
 * everybody while another case has the money.
 */
export type ViewerRefusal = 'FORBIDDEN' | 'DECIDER_CONFLICT' | 'TRANCHE_FROZEN';

/** Something a viewer could do with a dispute. */
export interface DisputeAction {
  readonly action: string;
  readonly allowed: boolean;
  readonly reason: 'TRANSITION_NOT_ALLOWED' | ViewerRefusal | null;
  readonly deadline: Date | null;
}

type Judged = Pick<
  DisputeRow,
  'state' | 'refusedVersion' | 'openedAt' | 'returnedAt' | 'buyerDone' | 'sellerDone'
>;

/** When something happens by itself. */
export interface Deadline {
  readonly kind: string;
  readonly fireAt: Date;
}

/** Who looks, and when. */
export interface Viewing {
  readonly now: Date;
  readonly deadlines: readonly Deadline[];
  readonly refusal: ViewerRefusal | null;
}

/** What a viewer could do, by the table that guards the mutations; until the next deadline changes the state. */
export function disputeActions(
  dispute: Judged,
  proposals: readonly Proposal[],
  role: DisputeRole,
  { now, deadlines, refusal }: Viewing,
): DisputeAction[] {
  const can = (event: DisputeEvent): boolean =>
    disputeMachine.next(dispute.state, event) !== undefined;
  const next = deadlines.find(({ kind }) => kind !== 'T10')?.fireAt ?? null;
  const judged = (action: string, isPossible: boolean): DisputeAction => {
    const comesFirst = refusal === 'FORBIDDEN' || isPossible;
    const reason = comesFirst ? refusal : 'TRANSITION_NOT_ALLOWED';
    const allowed = reason === null;
    return { action, allowed, reason, deadline: allowed ? next : null };
  };
  if (role === 'OPERATOR') {
    return [
      judged('disputeDecide', can('decide')),
      judged('disputeAppealDecide', dispute.state === 'APPEALED'),
    ];
  }
  const offered = standing(proposals, otherSide(role), dispute.refusedVersion) !== undefined;
  const done = role === 'BUYER' ? dispute.buyerDone : dispute.sellerDone;
  const late = now >= after(dispute.openedAt, ESCALATE_FROM_MS);
  const back = role === 'SELLER' && can('received');
  const refusable =
    can('refuse') || (dispute.state === 'RETURN_ORDERED' && dispute.returnedAt !== null);
  return [
    judged('disputeAccept', back || (offered && can('agree'))),
    judged('disputeCounter', can(role === 'BUYER' ? 'demand' : 'answer')),
    judged('disputeEscalate', dispute.state === 'EVIDENCE' ? !done : can('escalate') && late),
    judged('disputeAppeal', can('appeal')),
    role === 'BUYER'
      ? judged('disputeWithdraw', can('withdraw'))
      : judged('disputeRefuse', refusable),
  ];
}
