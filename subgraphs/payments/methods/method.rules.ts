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
