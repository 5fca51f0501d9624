import { machine } from '#kernel/machine/machine';

export type LabelState =
  'RESERVED' | 'REQUESTED' | 'AMBIGUOUS' | 'ISSUED' | 'FAILED' | 'VOID_REQUESTED' | 'VOIDED';

/**
 * `request`: the call is about to be made. `defer`: the carrier surely did not take it. `doubt`: nobody knows whether it
 * did. `absent`: the carrier, asked by reference, does not know it; booking again with the same reference is safe.
 */
export type LabelEvent =
  | 'request'
  | 'defer'
  | 'doubt'
  | 'absent'
  | 'issue'
  | 'fail'
  | 'requestVoid'
  | 'confirmVoid'
  | 'refuseVoid';

export const labelMachine = machine<LabelState, LabelEvent>('RESERVED', {
  RESERVED: { request: 'REQUESTED', fail: 'FAILED' },
  REQUESTED: { issue: 'ISSUED', fail: 'FAILED', defer: 'RESERVED', doubt: 'AMBIGUOUS' },
  AMBIGUOUS: { issue: 'ISSUED', fail: 'FAILED', absent: 'RESERVED' },
  ISSUED: { requestVoid: 'VOID_REQUESTED' },
  FAILED: {},
  VOID_REQUESTED: { confirmVoid: 'VOIDED', refuseVoid: 'ISSUED' },
  VOIDED: {},
});
