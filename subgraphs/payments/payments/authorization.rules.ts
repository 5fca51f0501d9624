import { DAY } from '#kernel/clock/clock';
import type { PspCapabilities } from '../psp/psp.port';

/** What becomes of money that a PSP keeps for us while a person still has to look at its payment (T14). */
export interface AuthorizationPolicy {
  /** RENEW asks for the same again, without the payer, before the first is over; VOID lets it end. Neither ever captures. */
  readonly atEnd: 'RENEW' | 'VOID';
  /** How often a payment is renewed at most. */
  readonly renewals: number;
  /** How long before the end it is renewed, or a person is called: time enough to learn what became of a lost reply. */
  readonly aheadMs: number;
}

/** One renewal: two weeks in all. A payer's limit should not be tied up longer for what nobody looks at. */
export const AUTHORIZATION_POLICY: AuthorizationPolicy = {
  atEnd: 'RENEW',
  renewals: 1,
  aheadMs: DAY,
};

/** Until when an authorization is waited for: a day less than the PSP keeps it, so that a void still arrives. */
export const authorizationMs = ({ maxHoldDays }: Pick<PspCapabilities, 'maxHoldDays'>): number =>
  (maxHoldDays - 1) * DAY;

/** Why an authorization will end with nobody having looked. */
export type EndCause =
  /** The policy or the PSP knows no renewal. */
  | 'NOT_RENEWED'
  | 'RENEWED_ENOUGH'
  /** A means of payment that its owner did not keep with us, or not any more. */
  | 'METHOD_NOT_KEPT'
  /** The bank said no, or wants the payer to agree once more. */
  | 'RENEWAL_REFUSED';

/** What happens when an authorization is about to end: the number of the renewal, or why there is none. */
export function atEndOf(
  policy: AuthorizationPolicy,
  { renews }: Pick<PspCapabilities, 'renews'>,
  { renewed, areKept }: { readonly renewed: number; readonly areKept: boolean },
): { readonly number: number } | { readonly cause: EndCause } {
  if (policy.atEnd === 'VOID' || !renews) return { cause: 'NOT_RENEWED' };
  if (renewed >= policy.renewals) return { cause: 'RENEWED_ENOUGH' };
  return areKept ? { number: renewed + 1 } : { cause: 'METHOD_NOT_KEPT' };
}

/** What a party sees of a payment whose authorization ended before anybody had looked at it. */
export const AUTHORIZATION_ENDED = 'authorization_ended';
