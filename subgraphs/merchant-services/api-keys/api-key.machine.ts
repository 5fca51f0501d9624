import { machine } from '#kernel/machine/machine';

export type ApiKeyState = 'ACTIVE' | 'ROTATING' | 'REVOKED' | 'EXPIRED';
export type ApiKeyEvent = 'rotate' | 'end' | 'revoke' | 'expire';

/** A rotated key works beside its successor until the overlap ends, so that nobody has a gap. */
export const apiKeyMachine = machine<ApiKeyState, ApiKeyEvent>('ACTIVE', {
  ACTIVE: { rotate: 'ROTATING', revoke: 'REVOKED', expire: 'EXPIRED' },
  ROTATING: { end: 'REVOKED', revoke: 'REVOKED', expire: 'EXPIRED' },
  REVOKED: {},
  EXPIRED: {},
});
