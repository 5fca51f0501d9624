import type { Tx } from '#kernel/db/database';
import { clearTimers } from '#kernel/events/timers';
import { type SavedMethodId, savedMethodIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspObject } from '../psp/psp.port';
import { SETUP_TIMER, isExpired } from './method.rules';
import type { MethodSetupRow } from './method-setup.entity';
import type { SavedMethodRow } from './saved-method.entity';

/** What is to be kept: the setup, what the PSP said of it just now, and what its owner agreed to. */
interface Keeping {
  readonly setup: MethodSetupRow;
  /** Not asked for what was saved before. */
  readonly found: PspObject | undefined;
  readonly consentVersion: string;
}

const INSERT = `
  insert into "savedPaymentMethod" (id, "buyerId", "setupId", "pspMethodId", brand, last4,
    "expMonth", "expYear", fingerprint, "consentVersion", "consentAt", "createdAt", country)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)
  on conflict ("buyerId", fingerprint) where "removedAt" is null do nothing returning id`;

const RENEW = `
  update "savedPaymentMethod" set "setupId" = $2, "pspMethodId" = $3, brand = $4, last4 = $5,
    "expMonth" = $6, "expYear" = $7, "consentVersion" = $8, "consentAt" = $9, country = $10
  where id = $1`;

/** Keeps a means of payment. One that is kept already goes on under its id with the new token; the PSP forgets the old. */
export async function keepIn(
  tx: Tx,
  outgoing: Outgoing,
  { setup: { id: setupId, buyerId }, found, consentVersion }: Keeping,
): Promise<SavedMethodId> {
  const setup = await tx.first<MethodSetupRow>(
    'select * from "methodSetup" where id = $1 for no key update',
    [setupId],
  );
  if (setup?.state === 'SAVED') return methodOf(tx, setupId);
  if (setup === undefined || found?.method === undefined || setup.state === 'REMOVED') {
    throw refuse('METHOD_UNUSABLE', { field: ['input', 'setupId'] });
  }
  const { id: pspMethodId, method } = found;
  const { country = null } = method;
  const card = [method.brand, method.last4, method.expMonth, method.expYear];
  // a PSP that tells no fingerprint: then nothing is known to be the same card
  const fingerprint = method.fingerprint === '' ? pspMethodId : method.fingerprint;
  await tx.query(
    `update "methodSetup" set state = 'SAVED', "pspMethodId" = $2, "actionUrl" = null
     where id = $1`,
    [setupId, pspMethodId],
  );
  await clearTimers(tx, setupId, [SETUP_TIMER]);
  const id = savedMethodIds.create();
  const fresh = await tx.first(INSERT, [
    ...[id, buyerId, setupId, pspMethodId, ...card, fingerprint, consentVersion, tx.now],
    country,
  ]);
  if (fresh !== undefined) return id;
  const earlier = await tx.first<SavedMethodRow>(
    `select * from "savedPaymentMethod"
     where "buyerId" = $1 and fingerprint = $2 and "removedAt" is null for no key update`,
    [buyerId, fingerprint],
  );
  // it was removed between the two statements
  if (earlier === undefined) throw refuse('IDEMPOTENCY_CONCURRENT_REQUEST', { retryable: true });
  await tx.query(RENEW, [
    ...[earlier.id, setupId, pspMethodId, ...card, consentVersion, tx.now, country],
  ]);
  if (earlier.pspMethodId !== pspMethodId) await forgetIn(tx, outgoing, earlier);
  return earlier.id;
}

async function methodOf(tx: Tx, setupId: string): Promise<SavedMethodId> {
  const row = await tx.first<{ id: SavedMethodId }>(
    'select id from "savedPaymentMethod" where "setupId" = $1',
    [setupId],
  );
  if (row === undefined) throw refuse('METHOD_UNUSABLE', { field: ['input', 'setupId'] });
  return row.id;
}

/** The PSP is told to forget a token that nobody charges any more. */
export async function forgetIn(
  tx: Tx,
  outgoing: Outgoing,
  { setupId, pspMethodId }: Pick<SavedMethodRow, 'setupId' | 'pspMethodId'>,
): Promise<void> {
  await tx.query(`update "methodSetup" set state = 'REMOVED' where id = $1`, [setupId]);
  const request = { kind: 'DETACH', pspMethodId } as const;
  await outgoing.writeIn(tx, [{ subject: setupId, state: 'READY', nextAt: tx.now, request }]);
}

/** A setup that nobody finished in time. What the PSP made of it, also when its answer was lost, is forgotten there. */
export async function abandonIn(tx: Tx, outgoing: Outgoing, setupId: string): Promise<void> {
  const setup = await tx.first<MethodSetupRow>(
    `select * from "methodSetup" where id = $1 and state in ('CREATED', 'REQUIRES_ACTION', 'READY')
     for no key update`,
    [setupId],
  );
  if (setup === undefined) return;
  const { pspMethodId, createdAt } = setup;
  await tx.query(`update "methodSetup" set state = $2, "actionUrl" = null where id = $1`, [
    setupId,
    pspMethodId === null ? 'FAILED' : 'REMOVED',
  ]);
  const request = {
    kind: 'DETACH',
    ...(pspMethodId === null ? { setupId, since: createdAt.toISOString() } : { pspMethodId }),
  } as const;
  await outgoing.writeIn(tx, [{ subject: setupId, state: 'READY', nextAt: tx.now, request }]);
}

/** A method that its owner may charge now; undefined for what is removed, expired, unknown or somebody else's. */
export async function usableIn(
  tx: Tx,
  buyerId: string,
  id: string,
): Promise<SavedMethodRow | undefined> {
  const row = await tx.first<SavedMethodRow>(
    `select * from "savedPaymentMethod"
     where id = $1 and "buyerId" = $2 and "removedAt" is null for share`,
    [id, buyerId],
  );
  return row === undefined || isExpired(row, tx.now) ? undefined : row;
}
