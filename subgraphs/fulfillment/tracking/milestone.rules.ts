/** How far a parcel or shipment is, in the order of a normal way. */
export const MILESTONES = [
  'CREATED',
  'LABELLED',
  'AWAITING_HANDOVER',
  'PICKED_UP',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'AVAILABLE_FOR_PICKUP',
  'DELIVERY_ATTEMPTED',
  'DELIVERED',
  'RETURNING',
  'RETURNED',
  'LOST',
  'CANCELLED',
] as const;
export type Milestone = (typeof MILESTONES)[number];

/** Who or what keeps a parcel from moving on. */
export const HOLD_CAUSES = ['CUSTOMS', 'PAYMENT', 'ADDRESS', 'WEATHER', 'SECURITY'] as const;
export type HoldCause = (typeof HOLD_CAUSES)[number];

interface Meaning {
  /** The milestone that the event leads to, if any. */
  readonly milestone: Milestone | null;
  /** True when somebody had the parcel in hand. */
  readonly physical: boolean;
}

const at = (milestone: Milestone): Meaning => ({ milestone, physical: true });
const said = (milestone: Milestone | null): Meaning => ({ milestone, physical: false });

/** What each event code means for the milestone: the one place where codes and milestones meet. */
const MEANINGS = {
  LABEL_CREATED: said('LABELLED'),
  DROPPED_OFF: at('PICKED_UP'),
  PICKED_UP: at('PICKED_UP'),
  ACCEPTED: at('PICKED_UP'),
  REJECTED: said(null),
  ARRIVED: at('IN_TRANSIT'),
  DEPARTED: at('IN_TRANSIT'),
  SORTED: at('IN_TRANSIT'),
  HANDED_OVER: at('IN_TRANSIT'),
  RECEIVED_FROM_CARRIER: at('IN_TRANSIT'),
  MISSORTED: at('IN_TRANSIT'),
  EXPORT_CLEARED: said('IN_TRANSIT'),
  CUSTOMS_ARRIVED: at('IN_TRANSIT'),
  CUSTOMS_INSPECTION: at('IN_TRANSIT'),
  CUSTOMS_DOCS_REQUIRED: said(null),
  CUSTOMS_CLEARED: said('IN_TRANSIT'),
  CUSTOMS_REFUSED: said(null),
  DUTIES_DUE: said(null),
  AT_DELIVERY_FACILITY: at('IN_TRANSIT'),
  OUT_FOR_DELIVERY: at('OUT_FOR_DELIVERY'),
  ATTEMPTED: at('DELIVERY_ATTEMPTED'),
  AVAILABLE_FOR_PICKUP: at('AVAILABLE_FOR_PICKUP'),
  COLLECTED: at('DELIVERED'),
  DELIVERED: at('DELIVERED'),
  DELIVERED_TO_NEIGHBOUR: at('DELIVERED'),
  HELD: said(null),
  RELEASED: said(null),
  DELAYED: said(null),
  DAMAGED: said(null),
  REFUSED: at('RETURNING'),
  LOST: said('LOST'),
  FOUND: at('IN_TRANSIT'),
  RETURN_STARTED: at('RETURNING'),
  RETURN_IN_TRANSIT: at('RETURNING'),
  RETURNED: at('RETURNED'),
  VOIDED: said(null),
  CANCELLED: said('CANCELLED'),
  ETA_UPDATED: said(null),
  INFO: said(null),
  UNMAPPED: said(null),
} as const satisfies Record<string, Meaning>;

export type EventCode = keyof typeof MEANINGS;
export const EVENT_CODES = Object.keys(MEANINGS) as EventCode[];

export const milestoneOf = (code: EventCode): Milestone | null => MEANINGS[code].milestone;
export const isPhysical = (code: EventCode): boolean => MEANINGS[code].physical;
export const rankOf = (milestone: Milestone): number => MILESTONES.indexOf(milestone);

/** Milestones that only the seller's paperwork leads to. */
export const isBeforeHandover = (milestone: Milestone): boolean =>
  rankOf(milestone) <= rankOf('AWAITING_HANDOVER');

const RETURN_CODES: readonly EventCode[] = ['RETURN_STARTED', 'RETURN_IN_TRANSIT', 'RETURNED'];

/** Where an event leads from a milestone; `wasReturning` tells a parcel found again where it was going. */
export function step(from: Milestone, code: EventCode, wasReturning: boolean): Milestone {
  const to = milestoneOf(code);
  if (to === null) return from;
  switch (from) {
    case 'RETURNED':
    case 'CANCELLED':
      return from;
    case 'DELIVERED':
      return RETURN_CODES.includes(code) ? to : from;
    case 'RETURNING':
      return onTheWayBack(from, to);
    case 'LOST':
      if (!isPhysical(code)) return from;
      return wasReturning ? onTheWayBack('RETURNING', to) : to;
    case 'CREATED':
    case 'LABELLED':
    case 'AWAITING_HANDOVER':
    case 'PICKED_UP':
    case 'IN_TRANSIT':
    case 'OUT_FOR_DELIVERY':
    case 'AVAILABLE_FOR_PICKUP':
    case 'DELIVERY_ATTEMPTED':
      return isBeforeHandover(to) && rankOf(to) <= rankOf(from) ? from : to;
  }
}

/** What goes back to its sender is not on its way to the recipient again because a hub scans it. */
const onTheWayBack = (from: Milestone, to: Milestone): Milestone =>
  to === 'RETURNED' || to === 'LOST' ? to : from;
