import { machine } from '#kernel/machine/machine';

export type ChargebackState =
  'WARNING' | 'PREVENTED' | 'OPENED' | 'SUBMITTED' | 'UNDER_REVIEW' | 'WON' | 'LOST' | 'ACCEPTED';

/**
 * `prevent` the bank dropped its warning · `open` the bank took the money · `submit` our evidence is on its way, once ·
 * `accept` we do not contest · `review`, `win`, `lose` the bank's word. Neither adapter knows an appeal, so what is lost
 * stays lost here; a later word of the PSP is an alarm.
 */
export type ChargebackEvent = 'prevent' | 'open' | 'submit' | 'accept' | 'review' | 'win' | 'lose';

/** A payer's complaint at the bank. */
export const chargebackMachine = machine<ChargebackState, ChargebackEvent>('WARNING', {
  WARNING: { prevent: 'PREVENTED', open: 'OPENED' },
  PREVENTED: {},
  OPENED: {
    submit: 'SUBMITTED',
    accept: 'ACCEPTED',
    review: 'UNDER_REVIEW',
    win: 'WON',
    lose: 'LOST',
  },
  SUBMITTED: { review: 'UNDER_REVIEW', win: 'WON', lose: 'LOST' },
  UNDER_REVIEW: { win: 'WON', lose: 'LOST' },
  WON: {},
  LOST: {},
  ACCEPTED: {},
});

/** States in which the bank has the money and nobody knows yet who keeps it. */
export const CONTESTED: readonly ChargebackState[] = ['OPENED', 'SUBMITTED', 'UNDER_REVIEW'];

/** The bank's words, and the steps that lead there from the first sight of a case. A word may be missed, never a step. */
const WORDS: Readonly<Record<string, readonly ChargebackEvent[]>> = {
  warning_needs_response: [],
  warning_under_review: [],
  warning_closed: ['prevent'],
  prevented: ['prevent'],
  needs_response: ['open'],
  under_review: ['open', 'review'],
  won: ['open', 'win'],
  lost: ['open', 'lose'],
};

/** What a word of the PSP still does to a case; undefined for a word that nobody knows. */
export function stepsOf(state: ChargebackState, word: string): ChargebackEvent[] | undefined {
  const steps = WORDS[word];
  if (steps === undefined) return undefined;
  let at = state;
  return steps.filter((event) => {
    const next = chargebackMachine.next(at, event);
    if (next !== undefined) at = next;
    return next !== undefined;
  });
}

/** True when the PSP says of a closed case what it cannot be any more. */
export function contradicts(state: ChargebackState, word: string): boolean {
  if (!chargebackMachine.isFinal(state)) return false;
  if (state === 'WON') return word !== 'won';
  if (state === 'PREVENTED') return word !== 'prevented' && word !== 'warning_closed';
  return state === 'LOST' ? word !== 'lost' : word === 'won';
}
