import { type Id, idKind } from '#kernel/ids/id';

/** Ids that only marketplace speaks of. */
export const categoryIds = idKind('cat');
export type CategoryId = Id<'cat'>;
