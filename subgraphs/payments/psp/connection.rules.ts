import { uuidFrom } from '../ledger/uuid.rules';

/** Owner of our accounts about the one PSP connection. */
export const PSP_CONNECTION = uuidFrom('psp connection 1');
