import { HttpPspAdapter } from './http-psp.adapter';
import type { PspDialect, PspOptions, PspPort } from './psp.port';
import { StripePspAdapter } from './stripe-psp.adapter';

/** The PSP at an address in the dialect that it speaks. */
export const pspOf = (options: PspOptions, dialect: PspDialect): PspPort =>
  dialect === 'stripe' ? new StripePspAdapter(options) : new HttpPspAdapter(options);
