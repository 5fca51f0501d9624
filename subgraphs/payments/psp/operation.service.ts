import { type Viewer, systemViewer } from '#kernel/auth/viewer';
import { after } from '#kernel/clock/clock';
import type { Database, Queries, Tx } from '#kernel/db/database';
import type { Logger } from '#kernel/server/log';
import type { OperationId } from '../payments.ids';
import {
  LEASE_MS,
  alarmFor,
  keyLives,
  mayStillCharge,
  pendingWait,
  unknownWait,
} from './janitor.rules';
import { type OperationEvent, type OperationState, operationMachine } from './operation.machine';
import type { PspOperationRow } from './psp-operation.entity';
import {
  OBJECT_OF,
  type PspAct,
  type PspObject,
  type PspPort,
  type PspReply,
  type PspRequest,
} from './psp.port';

/** What the owner of an act does with news about it. */
export interface OperationOwner {
  /** False when the act should not be sent any more, if the PSP has never seen it. */
  wanted(db: Queries, operation: PspOperationRow): Promise<boolean>;
  /** True when money that is only authorized is to be taken now. Without it, never. */
  captures?(db: Queries, operation: PspOperationRow): Promise<boolean>;
  /** The act as it is sent, when that takes more than what was written. LOST when it cannot be had now. */
  prepare?(db: Queries, operation: PspOperationRow): Promise<PspAct | LostReply>;
  /** Locks its rows, decides, writes, and closes the operation with `recordIn`. The same news again: no effect. */
  settle(tx: Tx, operation: PspOperationRow, reply: PspReply): Promise<void>;
}
type LostReply = Extract<PspReply, { readonly kind: 'LOST' }>;
export type OperationOwners = Readonly<Record<PspRequest['kind'], OperationOwner>>;

const CLAIM = `
  update "pspOperation" o set state = case o.state when 'READY' then 'SENT' else o.state end,
    attempts = o.attempts + 1, "nextAt" = $2,
    "sentAt" = case o.state when 'READY' then $1 else o."sentAt" end
  from (select id, state from "pspOperation" where "nextAt" <= $1
    order by "nextAt" limit 1 for no key update skip locked) due
  where o.id = due.id returning o.*, due.state as "wasState"`;
const CLAIM_ONE = `
  update "pspOperation" set state = 'SENT', attempts = attempts + 1, "nextAt" = $2, "sentAt" = $3
  where id = $1 and state = 'READY' returning *`;

/**
 * Sends acts to the PSP and settles those whose outcome is not known. Between claim and outcome there is no
 * transaction: a crash leaves SENT, which counts as UNKNOWN when the lease is over.
 */
export class OperationService {
  /** Set by whoever works: there may be more than one can do. */
  onMore: () => void = () => undefined;

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
    this.onMore();
    const { wasState, ...operation } = row;
    const reply =
      wasState === 'READY' ? await this.sendIfWanted(operation) : await this.lookInto(operation);
    await this.settle(operation, reply);
    return true;
  }

  /** Sends a READY act now, unless somebody else has taken it. */
  async sendNow(id: OperationId, viewer?: Viewer): Promise<void> {
    const now = this.db.clock.now();
    const claimed = await this.db.first<PspOperationRow>(CLAIM_ONE, [
      id,
      after(now, LEASE_MS),
      now,
    ]);
    if (claimed !== undefined) await this.sendClaimed(claimed, viewer);
  }

  /** Sends an act that the caller has written as SENT. */
  async sendClaimed(operation: PspOperationRow, viewer?: Viewer): Promise<void> {
    await this.settle(operation, await this.psp.send(operation.id, operation.request), viewer);
  }

  /**
   * Reads what became of an act and settles it, e.g. after a webhook. False when that could not be learnt; true also
   * when there is no such act here. The PSP's own id helps where a search by ours lags.
   */
  async reread(id: string, pspId = ''): Promise<boolean> {
    const operation = await this.db.first<PspOperationRow>(
      `select * from "pspOperation" where id = $1 or ($1 = '' and $2 <> '' and "pspId" = $2)`,
      [id, pspId],
    );
    if (operation === undefined) {
      this.log.warn({ reference: id.slice(0, 60) }, 'the PSP names an act that is not ours');
      return true;
    }
    // A charge that is in is in: most webhooks only repeat what the reply has said.
    if (operation.kind === 'PAYMENT' && operation.state === 'SUCCEEDED') return true;
    const reply = await this.read(operation, pspId);
    if (reply.kind !== 'OBJECT') return false;
    await this.settle(operation, reply);
    return true;
  }

  /** By the PSP's id if that is really this act's, else by ours. */
  private async read(operation: PspOperationRow, pspId: string): Promise<PspReply> {
    if (operation.pspId === null && pspId !== '') {
      const reply = await this.psp.get(OBJECT_OF[operation.kind], pspId);
      if (reply.kind === 'OBJECT' && reply.object.reference === operation.id) return reply;
    }
    return this.psp.find(operation);
  }

  private async sendIfWanted(operation: PspOperationRow): Promise<PspReply> {
    const owner = this.owners[operation.kind];
    if (!(await owner.wanted(this.db, operation))) return { kind: 'REFUSED', code: 'NOT_SENT' };
    const act = (await owner.prepare?.(this.db, operation)) ?? operation.request;
    return act.kind === 'LOST' ? act : this.psp.send(operation.id, act);
  }

  /**
   * Found: that is the outcome. Never seen: while its key lives, sending it (again) is safe, if it is still wanted;
   * after that it will never be. Looking comes first, because a PSP may repeat a stored 500 for the key's whole life.
   * A look that is refused says nothing of the act, nor does one that misses what the PSP has shown us before.
   */
  private async lookInto(operation: PspOperationRow): Promise<PspReply> {
    const found = await this.psp.find(operation);
    if (found.kind === 'OBJECT') return this.finish(operation, found.object);
    if (found.kind === 'REFUSED') return { kind: 'LOST', reason: found.code };
    if (found.kind === 'LOST') return found;
    // a means of payment that is to be forgotten is meant to be gone
    if (operation.pspId !== null && operation.kind !== 'DETACH') {
      return { kind: 'LOST', reason: 'not there any more' };
    }
    return keyLives(operation, this.psp.capabilities.keyTtlMs, this.db.clock.now())
      ? this.sendIfWanted(operation)
      : { kind: 'REFUSED', code: 'NEVER_SEEN' };
  }

  /**
   * A payer can still complete a charge that nobody waits for, e.g. in an open 3-D Secure window: it is voided there.
   * One that was authorized only is captured when its time has come. Both have keys of their own and are looked for
   * before they are sent again, like the charge.
   */
  private async finish(operation: PspOperationRow, object: PspObject): Promise<PspReply> {
    const found: PspReply = { kind: 'OBJECT', object };
    if (operation.kind !== 'PAYMENT' || !mayStillCharge(object.status)) return found;
    const owner = this.owners.PAYMENT;
    const { id: pspPaymentId } = object;
    if (!(await owner.wanted(this.db, operation))) {
      const voided = await this.psp.send(`${operation.id}:void`, { kind: 'VOID', pspPaymentId });
      return voided.kind === 'OBJECT' ? voided : found;
    }
    if (object.status !== 'authorized' || owner.captures === undefined) return found;
    if (!(await owner.captures(this.db, operation))) return found;
    const { currency } = object;
    const amountMinor = object.amountMinor.toString();
    const act = { kind: 'CAPTURE', pspPaymentId, amountMinor, currency } as const;
    return this.psp.send(`${operation.id}:capture`, act);
  }

  private async settle(
    operation: PspOperationRow,
    reply: PspReply,
    viewer: Viewer = systemViewer(operation.id),
  ): Promise<void> {
    const news = wordOf(operation, reply);
    if (news.kind === 'LOST') {
      this.log.warn(
        { operation: operation.id, reason: news.reason },
        'the outcome at the PSP is not known',
      );
    }
    await this.db.transaction(viewer, (tx) =>
      this.owners[operation.kind].settle(tx, operation, news),
    );
    await this.alarm(operation, news);
  }

  /** Calls a person about an act that is still open after T18. Its looks go on, once a day. */
  private async alarm(operation: PspOperationRow, { kind }: PspReply): Promise<void> {
    const alarm = alarmFor(operation, kind === 'LOST', this.db.clock.now());
    if (alarm === undefined) return;
    const open = await this.db.first(
      `select 1 as one from "pspOperation" where id = $1 and "nextAt" is not null`,
      [operation.id],
    );
    if (open === undefined) return;
    const { id, kind: act, attempts } = operation;
    this.log.error({ alarm, operation: id, act, attempts }, 'an act at the PSP is still open');
  }
}

/** Some PSPs know no "returned": there, a payout that was paid becomes failed. */
function wordOf({ kind, state }: PspOperationRow, reply: PspReply): PspReply {
  const returned =
    kind === 'PAYOUT' &&
    state === 'SUCCEEDED' &&
    reply.kind === 'OBJECT' &&
    reply.object.status === 'failed';
  return returned ? { kind: 'OBJECT', object: { ...reply.object, status: 'returned' } } : reply;
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
      state === 'UNKNOWN' || (state === 'PENDING' && event === 'lose')
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
