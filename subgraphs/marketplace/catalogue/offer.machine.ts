import { machine } from '#kernel/machine/machine';

/** Where an offer is in its life; only LIVE ones can be bought. */
export type OfferState = 'DRAFT' | 'LIVE' | 'PAUSED' | 'WITHDRAWN';
export type OfferEvent = 'publish' | 'pause' | 'withdraw';

export const offerMachine = machine<OfferState, OfferEvent>('DRAFT', {
  DRAFT: { publish: 'LIVE', withdraw: 'WITHDRAWN' },
  LIVE: { pause: 'PAUSED', withdraw: 'WITHDRAWN' },
  PAUSED: { publish: 'LIVE', withdraw: 'WITHDRAWN' },
  WITHDRAWN: {},
});
