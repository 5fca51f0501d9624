import { DAY, MINUTE } from '#kernel/clock/clock';

/** A setup may be finished for this long; its deadline is later than any answer to it can be. */
export const SETUP_MS = DAY;
export const SETUP_END_MS = SETUP_MS + MINUTE;
/** The deadline of a setup. */
export const SETUP_TIMER = 'METHOD_SETUP';

/** Where a setup stands. READY: it can be saved; SAVED: it is what a saved method charges; REMOVED: the PSP forgets it. */
export type SetupState = 'CREATED' | 'REQUIRES_ACTION' | 'READY' | 'FAILED' | 'SAVED' | 'REMOVED';

const STATES: Readonly<Record<string, SetupState>> = {
  active: 'READY',
  requires_action: 'REQUIRES_ACTION',
};

/** What the PSP's word on a setup means. */
export const setupState = (pspStatus: string): SetupState => STATES[pspStatus] ?? 'FAILED';

/** A card is good until the end of its month. */
export const isExpired = (
  { expMonth, expYear }: { readonly expMonth: number; readonly expYear: number },
  now: Date,
): boolean => now.getTime() >= Date.UTC(expYear, expMonth, 1);
