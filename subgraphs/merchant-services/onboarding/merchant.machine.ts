import { machine } from '#kernel/machine/machine';

export type VerificationState =
  | 'DRAFT'
  | 'SUBMITTED'
  | 'AUTO_CHECK'
  | 'VERIFIED_L1'
  | 'VERIFIED_L2'
  | 'MANUAL'
  | 'NEEDS_INFO'
  | 'REJECTED'
  | 'RECERTIFY_DUE'
  | 'LAPSED';

export type VerificationEvent =
  'submit' | 'check' | 'pass' | 'refer' | 'ask' | 'reject' | 'appeal' | 'upgrade' | 'due' | 'lapse';

/** Who may sell: from a draft to a verified business, reviewed by a person where the checks alone do not decide. */
export const verificationMachine = machine<VerificationState, VerificationEvent>('DRAFT', {
  DRAFT: { submit: 'SUBMITTED' },
  SUBMITTED: { check: 'AUTO_CHECK' },
  AUTO_CHECK: { pass: 'VERIFIED_L1', refer: 'MANUAL' },
  MANUAL: { pass: 'VERIFIED_L2', ask: 'NEEDS_INFO', reject: 'REJECTED' },
  NEEDS_INFO: { submit: 'SUBMITTED' },
  REJECTED: { appeal: 'MANUAL' },
  VERIFIED_L1: { upgrade: 'MANUAL', due: 'RECERTIFY_DUE' },
  VERIFIED_L2: { due: 'RECERTIFY_DUE' },
  RECERTIFY_DUE: { submit: 'SUBMITTED', lapse: 'LAPSED' },
  LAPSED: { submit: 'SUBMITTED' },
});

/** What each state means to a reader of the graph. */
export const verificationMeaning: Readonly<Record<VerificationState, string>> = {
  DRAFT: 'Opened; nothing submitted yet.',
  SUBMITTED: 'Submitted, checks not begun.',
  AUTO_CHECK: 'Checks are running.',
  VERIFIED_L1: 'Verified by the automatic checks: may sell and be paid.',
  VERIFIED_L2: 'Verified by a person: may sell and be paid.',
  MANUAL: 'Waiting for a reviewer.',
  NEEDS_INFO: 'A reviewer asked for more; submit again.',
  REJECTED: 'Refused by a reviewer; can be appealed.',
  RECERTIFY_DUE: 'Must be certified again within 30 days; may still sell.',
  LAPSED: 'Not certified in time: may not sell until submitted again.',
};
