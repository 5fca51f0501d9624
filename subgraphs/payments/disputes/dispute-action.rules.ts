import { after } from '#kernel/clock/clock';
import type { DisputeRow } from './dispute.entity';
import { type DisputeEvent, disputeMachine } from './dispute.machine';
import { ESCALATE_FROM_MS } from './dispute-timer.rules';
import { type DisputeSide, type Proposal, otherSide, standing } from './proposal.rules';

/** What a viewer is to a dispute. */
export type DisputeRole = DisputeSide | 'OPERATOR';

/** Something a viewer could do with a dispute. */
export interface DisputeAction {
  readonly action: string;
  readonly allowed: boolean;
  readonly reason: 'TRANSITION_NOT_ALLOWED' | null;
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

/** What a viewer could do, by the table that guards the mutations; until the next deadline changes the state. */
export function disputeActions(
  dispute: Judged,
  proposals: readonly Proposal[],
  role: DisputeRole,
  { now, deadlines }: { readonly now: Date; readonly deadlines: readonly Deadline[] },
): DisputeAction[] {
  const can = (event: DisputeEvent): boolean =>
    disputeMachine.next(dispute.state, event) !== undefined;
  const next = deadlines.find(({ kind }) => kind !== 'T10')?.fireAt ?? null;
  const judged = (action: string, allowed: boolean): DisputeAction => ({
    action,
    allowed,
    reason: allowed ? null : 'TRANSITION_NOT_ALLOWED',
    deadline: allowed ? next : null,
  });
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
