import { type ScanCode } from './aurora.facts';

/** What the carrier says about a scan, and what it says on days when it words things differently. */
const WORDS: Readonly<Record<ScanCode, { usual: string; other: string }>> = {
  PU: { usual: 'Picked up', other: 'Shipment received from sender' },
  AR: { usual: 'Arrived at hub', other: 'Processed at sorting centre' },
  DP: { usual: 'Departed hub', other: 'Left sorting centre, on the way' },
  OD: { usual: 'Out for delivery', other: 'With the courier for delivery today' },
  DL: { usual: 'Delivered', other: 'Handed to the recipient' },
  AT: { usual: 'Delivery attempted, nobody at home', other: 'Recipient absent' },
  AP: { usual: 'Available for pickup', other: 'Waiting at the parcel shop' },
  CO: { usual: 'Collected by the recipient', other: 'Picked up at the parcel shop' },
  EX: { usual: 'Exception', other: 'Unexpected event' },
  LS: { usual: 'Lost', other: 'Parcel cannot be located' },
};

export function describe(code: ScanCode, wording: 'usual' | 'other'): string {
  return WORDS[code][wording];
}
