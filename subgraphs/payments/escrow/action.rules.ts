import { type TrancheState, trancheMachine } from './tranche.machine';

/** Something a party could do with a tranche. */
export interface EscrowAction {
  readonly action: string;
  readonly allowed: boolean;
  readonly reason: string | null;
  readonly deadline: null;
}

/** What a buyer and a seller could do, judged by the table that guards the mutations. */
export function actionsOf(
  tranche: {
    readonly state: TrancheState;
    readonly availableMinor: bigint;
    readonly releasedMinor: bigint;
    readonly clawedBackMinor: bigint;
  },
  roles: { readonly buyer: boolean; readonly seller: boolean },
): EscrowAction[] {
  const { state } = tranche;
  const frozen = state === 'FROZEN' ? 'TRANCHE_FROZEN' : null;
  const confirmable = trancheMachine.next(state, 'confirm') !== undefined;
  const left = tranche.availableMinor + tranche.releasedMinor - tranche.clawedBackMinor;
  const judged = (action: string, ok: boolean, reason: string): EscrowAction => ({
    action,
    allowed: ok && frozen === null,
    reason: ok ? frozen : (frozen ?? reason),
    deadline: null,
  });
  return [
    ...(roles.buyer ? [judged('escrowReleaseConfirm', confirmable, 'TRANSITION_NOT_ALLOWED')] : []),
    ...(roles.seller ? [judged('refundCreate', left > 0n, 'AMOUNT_EXCEEDS_AVAILABLE')] : []),
  ];
}
