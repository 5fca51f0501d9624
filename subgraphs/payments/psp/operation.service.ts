import { type Viewer, systemViewer } from '#kernel/auth/viewer';
import { after } from '#kernel/clock/clock';
import type { Database, Queries, Tx } from '#kernel/db/database';
import type { Logger } from '#kernel/server/log';
import type { OperationId } from '../payments.ids';
import { LEASE_MS, pendingWait, unknownWait } from './janitor.rules';
import { type OperationEvent, type OperationState, operationMachine } from './operation.machine';
import type { PspOperationRow } from './psp-operation.entity';
import type { PspPort, PspReply, PspRequest } from './psp.port';

/** What the owner of an act does with news about it. */
export interface OperationOwner {
  /** False when the act should not be sent any more, if the PSP has never seen it. */
  wanted(db: Queries, operation: PspOperationRow): Promise<boolean>;
  /** Locks its rows, decides, writes, and closes the operation with `recordIn`. The same news again: no effect. */
  settle(tx: Tx, operation: PspOperationRow, reply: PspReply): Promise<void>;
}
export type OperationOwners = Readonly<Record<PspRequest['kind'], OperationOwner>>;

const CLAIM = `
  update "pspOperation" o set state = case o.state when 'READY' then 'SENT' else o.state end,
    attempts = o.attempts + 1, "nextAt" = $2
  from (select id, state from "pspOperation" where "nextAt" <= $1
    order by "nextAt" limit 1 for no key update skip locked) due
  where o.id = due.id returning o.*, due.state as "wasState"`;
const CLAIM_ONE = `
  update "pspOperation" set state = 'SENT', attempts = attempts + 1, "nextAt" = $2
  where id = $1 and state = 'READY' returning *`;

/**
 * Sends acts to the PSP and settles those whose outcome is not known. Between claim and outcome there is no
 * transaction: a crash leaves SENT, which counts as UNKNOWN when the lease is over.
 */
export class OperationService {
  constructor(
    private readonly db: Database,
    private readonly psp: PspPort,
    private readonly owners: OperationOwners,
    private readonly log: Logger,
  ) {}

  /** Takes one due act: sends it, or finds out what became of it. True when there was one. */
  async workOne(): Promise<boolean> {
    const now = this.db.clock.now();
    const row = await this.db.first<PspOperationRow & { wasState: OperationState }>(CLAIM, [
      now,
      after(now, LEASE_MS),
    ]);
    if (row === undefined) return false;
    const { wasState, ...operation } = row;
    const reply =
      wasState === 'READY' ? await this.sendIfWanted(operation) : await this.lookInto(operation);
    await this.settle(operation, reply);
    return true;
  }

  /** Sends a READY act now, unless somebody else has taken it. */
  async sendNow(id: OperationId, viewer?: Viewer): Promise<void> {
    const now = this.db.clock.now();
    const claimed = await this.db.first<PspOperationRow>(CLAIM_ONE, [id, after(now, LEASE_MS)]);
    if (claimed !== undefined) await this.sendClaimed(claimed, viewer);
  }

  /** Sends an act that the caller has written as SENT. */
  async sendClaimed(operation: PspOperationRow, viewer?: Viewer): Promise<void> {
    await this.settle(operation, await this.psp.send(operation.id, operation.request), viewer);
  }

  /**
   * Reads what became of an act and settles it, e.g. after a webhook. False when that could not be learnt; true also
   * when there is no such act here.
   */
  async reread(id: string): Promise<boolean> {
    const operation = await this.db.first<PspOperationRow>(
      'select * from "pspOperation" where id = $1',
      [id],
    );
    if (operation === undefined) {
      this.log.warn({ reference: id.slice(0, 60) }, 'the PSP names an act that is not ours');
      return true;
    }
    // A charge that is in is in: most webhooks only repeat what the reply has said.
    if (operation.kind === 'PAYMENT' && operation.state === 'SUCCEEDED') return true;
    const reply = await this.psp.find(operation.id);
    if (reply.kind !== 'OBJECT') return false;
    await this.settle(operation, reply);
    return true;
  }

  private async sendIfWanted(operation: PspOperationRow): Promise<PspReply> {
    if (await this.owners[operation.kind].wanted(this.db, operation)) {
      return this.psp.send(operation.id, operation.request);
    }
    return { kind: 'REFUSED', code: 'NOT_SENT' };
  }

  /** Found: that is the outcome. Never seen: sending it (again) under the same key is safe, if it is still wanted. */
  private async lookInto(operation: PspOperationRow): Promise<PspReply> {
    const found = await this.psp.find(operation.id);
    return found.kind === 'ABSENT' ? this.sendIfWanted(operation) : found;
  }

  private async settle(
    operation: PspOperationRow,
    reply: PspReply,
    viewer: Viewer = systemViewer(operation.id),
  ): Promise<void> {
    if (reply.kind === 'LOST') {
      this.log.warn(
        { operation: operation.id, reason: reply.reason },
        'the outcome at the PSP is not known',
      );
    }
    await this.db.transaction(viewer, (tx) =>
      this.owners[operation.kind].settle(tx, operation, reply),
    );
  }
}

/** What an act's row becomes. */
export interface OperationRecord {
  readonly state: OperationState;
  readonly nextAt: Date | null;
  readonly pspId: string | null;
  readonly detail: string | null;
}

/** What news does to an act in a state; undefined = nothing. */
export function recordOf(
  operation: Pick<PspOperationRow, 'attempts'> & { readonly state: OperationState },
  event: OperationEvent,
  reply: PspReply,
  now: Date,
): OperationRecord | undefined {
  const state = operationMachine.next(operation.state, event);
  if (state === undefined) return undefined;
  const { attempts } = operation;
  return {
    state,
    nextAt:
      state === 'UNKNOWN'
        ? after(now, unknownWait(attempts))
        : state === 'PENDING'
          ? after(now, pendingWait(attempts))
          : null,
    pspId: reply.kind === 'OBJECT' ? reply.object.id : null,
    detail: reply.kind === 'REFUSED' ? reply.code : reply.kind === 'LOST' ? reply.reason : null,
  };
}

/** Writes what became of an act. */
export async function recordIn(tx: Tx, id: string, record: OperationRecord): Promise<void> {
  const { state, nextAt, pspId, detail } = record;
  await tx.query(
    `update "pspOperation" set state = $2, "nextAt" = $3, "pspId" = coalesce($4, "pspId"),
       detail = $5 where id = $1`,
    [id, state, nextAt, pspId, detail],
  );
}

/** An act's state now, its row locked. */
export async function lockState(tx: Tx, id: string): Promise<OperationState> {
  const row = await tx.first<{ state: OperationState }>(
    'select state from "pspOperation" where id = $1 for no key update',
    [id],
  );
  if (row === undefined) throw new Error(`there is no operation ${id}`);
  return row.state;
}
