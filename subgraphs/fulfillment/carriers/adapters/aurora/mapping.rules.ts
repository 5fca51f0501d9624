import type { EventCode } from '../../../tracking/milestone.rules';

export const MAPPING_VERSION = 'aurora-1';

/** A status of Aurora in our words. */
export interface MappedStatus {
  readonly eventCode: EventCode;
  readonly reason: string | null;
}

const STATUSES: Readonly<Record<string, MappedStatus>> = {
  PU: { eventCode: 'PICKED_UP', reason: null },
  AR: { eventCode: 'ARRIVED', reason: null },
  DP: { eventCode: 'DEPARTED', reason: null },
  OD: { eventCode: 'OUT_FOR_DELIVERY', reason: null },
  DL: { eventCode: 'DELIVERED', reason: null },
  AT: { eventCode: 'ATTEMPTED', reason: 'BUYER_ABSENT' },
  AP: { eventCode: 'AVAILABLE_FOR_PICKUP', reason: null },
  CO: { eventCode: 'COLLECTED', reason: null },
  EX: { eventCode: 'DELAYED', reason: 'UNKNOWN_EXCEPTION' },
  LS: { eventCode: 'LOST', reason: 'CARRIER_LOST' },
};

/** By the type of message and the status, never by the description: its wording changes. */
export function mapStatus(statusType: string, status: string): MappedStatus {
  const known = statusType === 'tracking.event' && Object.hasOwn(STATUSES, status);
  return (known ? STATUSES[status] : undefined) ?? { eventCode: 'UNMAPPED', reason: null };
}
