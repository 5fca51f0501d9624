/** CLOSED: matched. PROPOSED: one person gave a reason, another must agree. */
export const ITEM_STATES = ['OPEN', 'PROPOSED', 'RESOLVED', 'CLOSED'] as const;
export type ItemState = (typeof ITEM_STATES)[number];
