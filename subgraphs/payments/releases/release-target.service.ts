import { type EscrowId, type OrderId, escrowIds, orderIds } from '#contracts/ids';
import { refuse } from '../payments.errors';

/** Whose money is released: of an order or an escrow, or only one part of it. */
export interface ReleaseTarget {
  readonly escrowId?: EscrowId;
  readonly orderId?: OrderId;
  /** Only this part; all that has left by default. */
  readonly trancheId?: string;
}

/** As it was given: what names nothing is not found, and never falls back to the rest, because this moves money. */
export function releaseTarget(input: {
  readonly escrowId?: string | null;
  readonly orderId?: string | null;
  readonly trancheId?: string | null;
}): ReleaseTarget {
  const escrowId = input.escrowId == null ? undefined : escrowIds.parse(input.escrowId);
  const orderId = input.orderId == null ? undefined : orderIds.parse(input.orderId);
  if (escrowId === undefined && orderId === undefined) throw refuse('NOT_FOUND');
  if (input.escrowId != null && escrowId === undefined) throw refuse('NOT_FOUND');
  if (input.orderId != null && orderId === undefined) throw refuse('NOT_FOUND');
  return {
    ...(escrowId !== undefined && { escrowId }),
    ...(orderId !== undefined && { orderId }),
    ...(input.trancheId != null && { trancheId: input.trancheId }),
  };
}
