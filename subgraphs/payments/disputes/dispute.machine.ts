import { machine } from '#kernel/machine/machine';

export type DisputeState =
  | 'WAIT_SELLER'
  | 'WAIT_BUYER'
  | 'WAIT_RETURN'
  | 'WAIT_HOLD'
  | 'EVIDENCE'
  | 'UNDER_REVIEW'
  | 'DECIDED'
  | 'APPEALED'
  | 'RETURN_ORDERED'
  | 'RESOLVED'
  | 'WITHDRAWN'
  | 'CLOSED'
  | 'SUPERSEDED';

/**
 * `demand`, `answer` a proposal of the buyer, of the seller · `refuse` the seller says no, or contests what came back ·
 * `agree`, `agreeReturn` a proposal is accepted, two are equal, or T7 · `escalate` T9 · `withdraw` by the buyer · `lapse`
 * T8, or T12 when nothing was sent · `received` the goods are back, or T12 after that · `waitHold` agreed, but another case
 * has the money, `thawed` it has let go · `orderReturn` a decision stands that sends the goods back first, `contest` they
 * did not come back well · `heard` both sides are done, or
 * T11 · `decide` by an operator · `timeLimit` T13 · `appeal` once · `final` nobody appealed in time, or the appeal is
 * decided or
 * not in time · `supersede` a chargeback takes the matter over.
 */
export type DisputeEvent =
  | 'demand'
  | 'answer'
  | 'refuse'
  | 'agree'
  | 'agreeReturn'
  | 'escalate'
  | 'withdraw'
  | 'lapse'
  | 'received'
  | 'waitHold'
  | 'thawed'
  | 'orderReturn'
  | 'contest'
  | 'heard'
  | 'decide'
  | 'timeLimit'
  | 'appeal'
  | 'final'
  | 'supersede';

/** What any dispute that nobody has decided yet can come to. */
const UNDECIDED = {
  withdraw: 'WITHDRAWN',
  timeLimit: 'DECIDED',
  supersede: 'SUPERSEDED',
} as const;
/** As long as it is not decided the parties may still agree. */
const AGREEABLE = {
  ...UNDECIDED,
  agree: 'RESOLVED',
  agreeReturn: 'WAIT_RETURN',
  waitHold: 'WAIT_HOLD',
} as const;

/** A disagreement of buyer and seller about the money of one tranche. */
export const disputeMachine = machine<DisputeState, DisputeEvent>('WAIT_SELLER', {
  WAIT_SELLER: {
    ...AGREEABLE,
    demand: 'WAIT_SELLER',
    answer: 'WAIT_BUYER',
    refuse: 'WAIT_BUYER',
    escalate: 'EVIDENCE',
  },
  WAIT_BUYER: {
    ...AGREEABLE,
    demand: 'WAIT_SELLER',
    answer: 'WAIT_BUYER',
    escalate: 'EVIDENCE',
    lapse: 'CLOSED',
  },
  WAIT_RETURN: {
    ...UNDECIDED,
    received: 'RESOLVED',
    waitHold: 'WAIT_HOLD',
    refuse: 'EVIDENCE',
    lapse: 'CLOSED',
  },
  WAIT_HOLD: { thawed: 'RESOLVED', withdraw: 'WITHDRAWN', supersede: 'SUPERSEDED' },
  EVIDENCE: { ...AGREEABLE, demand: 'EVIDENCE', answer: 'EVIDENCE', heard: 'UNDER_REVIEW' },
  UNDER_REVIEW: {
    ...AGREEABLE,
    demand: 'UNDER_REVIEW',
    answer: 'UNDER_REVIEW',
    decide: 'DECIDED',
  },
  DECIDED: {
    appeal: 'APPEALED',
    final: 'CLOSED',
    orderReturn: 'RETURN_ORDERED',
    supersede: 'SUPERSEDED',
  },
  APPEALED: { final: 'CLOSED', orderReturn: 'RETURN_ORDERED', supersede: 'SUPERSEDED' },
  RETURN_ORDERED: {
    received: 'CLOSED',
    lapse: 'CLOSED',
    contest: 'APPEALED',
    supersede: 'SUPERSEDED',
  },
  RESOLVED: {},
  WITHDRAWN: {},
  CLOSED: {},
  SUPERSEDED: {},
});
