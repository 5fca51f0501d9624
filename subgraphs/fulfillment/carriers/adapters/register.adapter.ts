import type { CarrierPort } from '../carrier.port';
import { type AuroraOptions, auroraCarrier } from './aurora/aurora.adapter';

/** Credentials of the carriers in use, by the code of their connection. */
export interface CarrierSettings {
  readonly aurora?: AuroraOptions;
}

/** The adapters of the carriers in use, by connection code. The only list of carriers in the product. */
export function carrierAdapters(settings: CarrierSettings): ReadonlyMap<string, CarrierPort> {
  const adapters = new Map<string, CarrierPort>();
  if (settings.aurora !== undefined) adapters.set('aurora', auroraCarrier(settings.aurora));
  return adapters;
}
