import { idKind } from '#kernel/ids/id';

/** A hit's id holds its product's, so that it is stable and `node(id:)` finds it. */
export const hitIds = idKind('hit');
/** Names one search for analytics. */
export const queryIds = idKind('qry');
