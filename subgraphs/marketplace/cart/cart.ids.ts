import { type Id, idKind } from '#kernel/ids/id';

/** Carts and their lines; a cart's id is also what an anonymous caller holds it by. */
export const cartIds = idKind('crt');
export type CartId = Id<'crt'>;
export const cartLineIds = idKind('cln');
export type CartLineId = Id<'cln'>;
