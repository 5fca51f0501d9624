import { type Extendable, type Extender, extensionRefusal } from './extension.rules';
import { BUYER_EXTENSION_DAYS } from './timer.rules';
import type { TrancheRow } from './tranche.entity';
import { type TrancheEvent, trancheMachine } from './tranche.machine';

/** Something a party could do with a tranche. */
export interface EscrowAction {
  readonly action: string;
  readonly allowed: boolean;
  readonly reason: string | null;
  /** Until when, because then something happens by itself; null when nothing ends it. */
  readonly deadline: Date | null;
}

/** A tranche as actions judge it; amounts in minor units. */
export interface Actionable extends Extendable {
  readonly kind: TrancheRow['kind'];
  readonly availableMinor: bigint;
  readonly releasedMinor: bigint;
  readonly clawedBackMinor: bigint;
}

/** When a tranche's money moves by itself: its live deadline; null when none runs. */
export type UntilWhen = Date | null;

/** What a buyer and a seller could do, and until when, judged by the rules that guard the mutations. */
export function actionsOf(
  tranche: Actionable,
  roles: { readonly buyer: boolean; readonly seller: boolean },
  until: UntilWhen,
): EscrowAction[] {
  const { state } = tranche;
  const frozen = state === 'FROZEN' ? 'TRANCHE_FROZEN' : null;
  const judged = (action: string, refusal: string | null | undefined, ends = until) => {
    const reason = frozen ?? refusal ?? null;
    return { action, allowed: reason === null, reason, deadline: reason === null ? ends : null };
  };
  const extend = (by: Extender, days: number) =>
    judged('escrowInspectionExtend', extensionRefusal(tranche, by, days));
  const isConfirmable = trancheMachine.next(state, 'confirm') !== undefined;
  const milestone = (action: string, event: TrancheEvent, ends?: UntilWhen) =>
    tranche.kind === 'MILESTONE'
      ? [judged(action, trancheMachine.next(state, event) ? null : 'TRANSITION_NOT_ALLOWED', ends)]
      : [];
  const left = tranche.availableMinor + tranche.releasedMinor - tranche.clawedBackMinor;
  return [
    ...(roles.buyer
      ? [
          judged('escrowReleaseConfirm', isConfirmable ? null : 'TRANSITION_NOT_ALLOWED'),
          extend('BUYER', BUYER_EXTENSION_DAYS),
          ...milestone('escrowMilestoneChangesRequest', 'askChanges'),
        ]
      : []),
    ...(roles.seller
      ? [
          judged('refundCreate', left > 0n ? null : 'AMOUNT_EXCEEDS_AVAILABLE', null),
          extend('SELLER', 1),
          ...milestone('escrowMilestoneSubmit', 'submit', null),
        ]
      : []),
  ];
}
