import { createHmac } from 'node:crypto';

/** What stands for something that must not be kept; undefined for nothing. */
export type SignalHash = (kind: string, value: string | undefined) => string | undefined;

/** Keyed, so that nobody can try values out. Different kinds of things never have the same hash. */
export const signalHash =
  (key: string): SignalHash =>
  (kind, value) => {
    if (value === undefined || value === '') return undefined;
    return createHmac('sha256', key).update(`${kind} ${value}`).digest('base64url').slice(0, 22);
  };
