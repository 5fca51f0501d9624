import type { OperationEvent } from '../psp/operation.machine';
import type { OperationRecord } from '../psp/operation.service';
import type { PspReply } from '../psp/psp.port';
import type { TenderEvent } from './tender.machine';

const NEWS: Readonly<Record<string, TenderEvent>> = {
  captured: 'capture',
  authorized: 'authorize',
  pending: 'wait',
  requires_action: 'ask',
  failed: 'fail',
  voided: 'fail',
};

/** What news about a charge means for its act at the PSP. */
export const OPERATION_EVENT: Readonly<Record<TenderEvent, OperationEvent>> = {
  capture: 'succeed',
  wait: 'wait',
  authorize: 'wait',
  ask: 'wait',
  fail: 'reject',
  lose: 'lose',
  expire: 'reject',
  abandon: 'reject',
};

/** What the PSP's word on a charge means; undefined when it says nothing. */
export function tenderEvent(reply: PspReply): TenderEvent | undefined {
  if (reply.kind === 'REFUSED') return 'fail';
  if (reply.kind === 'LOST') return 'lose';
  if (reply.kind === 'ABSENT') return undefined;
  return NEWS[reply.object.status] ?? 'wait';
}

/** Somebody wants the act looked at now, and said so while this news was on its way: that is not forgotten. */
export const stillDue = (
  record: OperationRecord | undefined,
  nextAt: Date | null,
  now: Date,
): OperationRecord | undefined =>
  record?.nextAt != null && nextAt !== null && nextAt <= now ? { ...record, nextAt } : record;
