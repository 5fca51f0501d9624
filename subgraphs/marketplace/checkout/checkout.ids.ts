import { type Id, idKind } from '#kernel/ids/id';

export const checkoutIds = idKind('chk');
export type CheckoutId = Id<'chk'>;
export const checkoutLineIds = idKind('ckl');
export type CheckoutLineId = Id<'ckl'>;
export const reservationIds = idKind('rsv');
export type ReservationId = Id<'rsv'>;
