import type { Tx } from '#kernel/db/database';
import { digest } from '#kernel/db/idempotency';
import { operationIds } from '../payments.ids';
import type { PspOperationRow } from './psp-operation.entity';
import type { PspRequest } from './psp.port';

/** An act to do at the PSP for a tender, a refund leg or a payout. */
export interface NewOperation {
  readonly subject: string;
  readonly request: PspRequest;
  /** READY waits for the sender until `nextAt` (null: until it is let go); SENT is about to be sent by whoever writes it. */
  readonly state: 'READY' | 'SENT';
  readonly nextAt: Date | null;
}

const INSERT = `
  insert into "pspOperation" (id, kind, subject, request, "requestHash", state, attempts, "nextAt",
    "createdAt", "sentAt")
  select id, request->>'kind', subject, request, hash, state,
    case state when 'SENT' then 1 else 0 end, "nextAt", $7::timestamptz,
    case state when 'SENT' then $7::timestamptz end
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

  /** Lets acts go that were written to wait. */
  async letGoIn(tx: Tx, subjects: readonly string[]): Promise<void> {
    await tx.query(
      `update "pspOperation" set "nextAt" = $2
       where subject = any ($1) and state = 'READY' and "nextAt" is null`,
      [subjects, tx.now],
    );
    tx.afterCommit(() => this.onReady());
  }

  /** Gives up acts that wait and were never sent. Says how many there were. */
  async giveUpIn(tx: Tx, subjects: readonly string[], detail: string): Promise<number> {
    const given = await tx.query(
      `update "pspOperation" set state = 'REJECTED', detail = $2
       where subject = any ($1) and state = 'READY' and "nextAt" is null returning 1 as one`,
      [subjects, detail],
    );
    return given.length;
  }

  /** Gives up acts that were not sent yet, whether they wait or not. Says which. */
  async stopIn(tx: Tx, subjects: readonly string[], detail: string): Promise<string[]> {
    const stopped = await tx.query<{ subject: string }>(
      `update "pspOperation" set state = 'REJECTED', detail = $2, "nextAt" = null
       where subject = any ($1) and state = 'READY' returning subject`,
      [subjects, detail],
    );
    return stopped.map(({ subject }) => subject);
  }
}
