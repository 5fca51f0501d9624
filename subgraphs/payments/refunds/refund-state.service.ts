import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { type RefundState, type SettledLeg, refundState } from './refund.machine';

/** Writes a locked refund's state: what its legs make of it. */
export async function foldIn(tx: Tx, refundId: string): Promise<RefundState> {
  const legs = await tx.query<SettledLeg>(
    'select state, fate from "refundLeg" where "refundId" = $1',
    [refundId],
  );
  const state = refundState(legs);
  await tx.query('update refund set state = $2, version = version + 1 where id = $1', [
    refundId,
    state,
  ]);
  return state;
}

/** Money of a refund that cannot be sent back. */
export interface Unpaid {
  /** Names it: a leg, or what took it for a while. */
  readonly id: string;
  readonly dueAccountId: bigint;
  readonly buyerId: string;
  readonly currency: string;
}

/** What is due and cannot be paid back is the buyer's credit. */
export async function creditIn(
  tx: Tx,
  { id, dueAccountId: debit, buyerId, currency }: Unpaid,
  amount: bigint,
): Promise<void> {
  const [credit = 0n] = await openAccounts(tx, [
    { kind: 'BUYER_CREDIT', owner: uuidOf(buyerId), currency },
  ]);
  await post(
    tx,
    posting(`${id}:credited`, currency, tx.now, [
      { code: 'REFUND_CREDITED', debit, credit, amount },
    ]),
  );
}
