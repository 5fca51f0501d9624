import { type Id, idKind } from '#kernel/ids/id';

export const reviewIds = idKind('rev');
export type ReviewId = Id<'rev'>;
