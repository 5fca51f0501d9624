import { type Id, idKind } from '#kernel/ids/id';

/** Kinds of ids that only fulfillment speaks of. */
export const parcelIds = idKind('par');
export const labelIds = idKind('lbl');
export const messageIds = idKind('cms');
export const trackingEventIds = idKind('tev');

export type ParcelId = Id<'par'>;
export type LabelId = Id<'lbl'>;
export type MessageId = Id<'cms'>;
export type TrackingEventId = Id<'tev'>;
export type CarrierId = Id<'car'>;
export type ConnectionId = Id<'con'>;
