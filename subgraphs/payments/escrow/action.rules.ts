import { type Extendable, type Extender, extensionRefusal } from '../deadlines/extension.rules';
import { BUYER_EXTENSION_DAYS } from '../deadlines/timer.rules';
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
  readonly number: TrancheRow['number'];
  readonly availableMinor: bigint;
  readonly releasedMinor: bigint;
  readonly clawedBackMinor: bigint;
}

/** What a viewer is to an escrow; somebody may be several things. */
export interface EscrowRoles {
  readonly buyer: boolean;
  readonly seller: boolean;
  readonly operator: boolean;
  /** Whether the token or key may be used for what changes money (`payments:write`). */
  readonly writes: boolean;
}

/** When a tranche's money moves by itself: its live deadline; null when none runs. */
export type UntilWhen = Date | null;

/** What somebody could do, and until when, judged by the rules that guard the mutations. */
export function actionsOf(
  tranche: Actionable,
  { buyer, seller, operator, writes }: EscrowRoles,
  until: UntilWhen,
): EscrowAction[] {
  const { state } = tranche;
  const frozen = state === 'FROZEN' ? 'TRANCHE_FROZEN' : null;
  const judged = (action: string, refusal: string | null | undefined, ends = until) => {
    const reason = frozen ?? refusal ?? null;
    return { action, allowed: reason === null, reason, deadline: reason === null ? ends : null };
  };
  const scoped: typeof judged = (action, refusal, ends) =>
    writes
      ? judged(action, refusal, ends)
      : { action, allowed: false, reason: 'FORBIDDEN', deadline: null };
  const extend = (by: Extender, days: number) =>
    scoped('escrowInspectionExtend', extensionRefusal(tranche, by, days));
  const step = (event: TrancheEvent) =>
    trancheMachine.next(state, event) ? null : 'TRANSITION_NOT_ALLOWED';
  const isWork = tranche.number !== null;
  const left = tranche.availableMinor + tranche.releasedMinor - tranche.clawedBackMinor;
  return [
    ...(buyer
      ? [judged('escrowReleaseConfirm', step('confirm')), extend('BUYER', BUYER_EXTENSION_DAYS)]
      : []),
    ...(buyer && isWork ? [judged('escrowMilestoneChangesRequest', step('askChanges'))] : []),
    ...(seller || operator
      ? [scoped('refundCreate', left > 0n ? null : 'AMOUNT_EXCEEDS_AVAILABLE', null)]
      : []),
    ...(seller ? [extend('SELLER', 1)] : []),
    ...(seller && isWork ? [scoped('escrowMilestoneSubmit', step('submit'), null)] : []),
  ];
}
