import type { Tx } from '#kernel/db/database';
import { digest } from '#kernel/db/idempotency';
import { operationIds } from '../payments.ids';
import type { PspOperationRow } from './psp-operation.entity';
import type { PspRequest } from './psp.port';

/** An act to do at the PSP for a tender, a refund leg or a payout. */
export interface NewOperation {
  readonly subject: string;
  readonly request: PspRequest;
  /** READY waits for the sender until `nextAt`; SENT is about to be sent by whoever writes it. */
  readonly state: 'READY' | 'SENT';
  readonly nextAt: Date;
}

const INSERT = `
  insert into "pspOperation" (id, kind, subject, request, "requestHash", state, attempts, "nextAt",
    "createdAt")
  select id, request->>'kind', subject, request, hash, state,
    case state when 'SENT' then 1 else 0 end, "nextAt", $7
  from unnest($1::text[], $2::text[], $3::jsonb[], $4::text[], $5::text[], $6::timestamptz[])
    as o (id, subject, request, hash, state, "nextAt")
  returning *`;

/** Commits acts before they are sent, so that a crash can lose none and double none. */
export class Outgoing {
  /** Set by whoever sends: there is something to send now. */
  onReady: () => void = () => undefined;

  async writeIn(tx: Tx, operations: readonly NewOperation[]): Promise<PspOperationRow[]> {
    const rows = await tx.query<PspOperationRow>(INSERT, [
      operations.map(() => operationIds.create()),
      operations.map(({ subject }) => subject),
      operations.map(({ request }) => JSON.stringify(request)),
      operations.map(({ request }) => digest(request)),
      operations.map(({ state }) => state),
      operations.map(({ nextAt }) => nextAt),
      tx.now,
    ]);
    tx.afterCommit(() => this.onReady());
    return rows;
  }
}
