import { fact } from '#contracts/fact';
import type { RefundId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { trancheMachine } from '../escrow/tranche.machine';
import {
  type Held,
  type TrancheChange,
  aboutBalance,
  moveTranche,
  partiesOf,
  trancheOf,
} from '../escrow/tranche.service';
import type { Outgoing } from '../psp/outgoing.service';
import type { RefundOutcomeService } from './refund-outcome.service';
import type { PricedPart } from './refund-source.service';

/** Lets a refund go that was written to wait; what of it goes to credit is there at once. */
export async function sendWaitingIn(
  tx: Tx,
  refundId: RefundId,
  outgoing: Outgoing,
  outcomes: RefundOutcomeService,
): Promise<void> {
  const legs = await tx.query<{ id: string }>('select id from "refundLeg" where "refundId" = $1', [
    refundId,
  ]);
  await outgoing.letGoIn(
    tx,
    legs.map(({ id }) => id),
  );
  await outcomes.payCreditIn(tx, refundId);
}

/** Writes what a refund took out of each tranche. */
export async function movedBy(tx: Tx, held: Held, parts: readonly PricedPart[]): Promise<void> {
  let now = held;
  for (const { tranche, from, amountMinor } of parts) {
    const { id } = tranche;
    const isClawBack = from === 'RELEASED';
    now = await moveTranche(
      tx,
      now,
      isClawBack ? { id, clawedBack: amountMinor } : { id, ...refunded(now, id, amountMinor) },
      ({ escrow }) =>
        fact('escrow.progressed', aboutBalance(escrow), { ...partiesOf(escrow), to: escrow.state }),
    );
  }
}

/** When all that is left goes back, the tranche is closed. */
function refunded(held: Held, id: string, amountMinor: bigint): TrancheChange {
  const { state, availableMinor } = trancheOf(held, id);
  const closed = amountMinor === availableMinor ? trancheMachine.next(state, 'close') : undefined;
  return { refunded: amountMinor, ...(closed !== undefined && { state: closed }) };
}
