import type { Tx } from '#kernel/db/database';
import type { OperationEvent } from '../psp/operation.machine';
import { type OperationOwner, lockState, recordIn, recordOf } from '../psp/operation.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { PspReply } from '../psp/psp.port';

const EVENT: Readonly<Partial<Record<PspReply['kind'], OperationEvent>>> = {
  OBJECT: 'succeed',
  // it knows no such method, or not any more: that is what was wanted
  REFUSED: 'reject',
  ABSENT: 'reject',
  LOST: 'lose',
};

/** Tokens that the PSP is told to forget. It is asked until it has answered; nothing else hangs on it. */
export class DetachService implements OperationOwner {
  wanted(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async settle(tx: Tx, operation: PspOperationRow, reply: PspReply): Promise<void> {
    const event = EVENT[reply.kind];
    if (event === undefined) return;
    const state = await lockState(tx, operation.id);
    const record = recordOf({ ...operation, state }, event, reply, tx.now);
    if (record !== undefined) await recordIn(tx, operation.id, record);
  }
}
