import { createHash } from 'node:crypto';
import { Refusal, idempotencyErrors } from '../errors/refusal';
import type { Tx } from './database';
import { sortedJson } from '../json/sorted';
import { holdsCardNumber } from '../text/card-number.rules';

const MAX_KEY = 200;

/** One intent of one actor: the same key with the same input has one effect and one answer. */
export interface Intent {
  /** Actor and mutation, e.g. `acc_…:checkoutComplete`: one caller's keys never meet another's. */
  readonly scope: string;
  readonly key: string;
  /** The input that the key stands for; compared by digest. */
  readonly input: unknown;
}

/**
 * Runs a use case once per intent. A second call (also a concurrent one: it waits for the first) gets the first call's
 * answer, which must be JSON. The key row commits with the effect, so a crash leaves both or neither.
 */
export async function once<T>(tx: Tx, intent: Intent, run: () => Promise<T>): Promise<T> {
  if (!isKey(intent.key)) throw refusal('IDEMPOTENCY_KEY_INVALID');
  const hash = digest(intent.input);
  const fresh = await tx.query(
    `insert into idempotency (scope, key, "requestHash", "createdAt") values ($1, $2, $3, $4)
     on conflict do nothing returning 1 as one`,
    [intent.scope, intent.key, hash, tx.now],
  );
  if (fresh.length === 0) return earlierAnswer(tx, intent, hash);
  const answer = await run();
  await tx.query('update idempotency set response = $3 where scope = $1 and key = $2', [
    intent.scope,
    intent.key,
    JSON.stringify(answer),
  ]);
  return answer;
}

/** The same for a mutation whose key came later, so that its clients need not send one: without it the use case just runs. */
export const onceIfKeyed = <T>(
  tx: Tx,
  { key, ...intent }: Omit<Intent, 'key'> & { readonly key: string | null | undefined },
  run: () => Promise<T>,
): Promise<T> => (key == null ? run() : once(tx, { ...intent, key }, run));

/** Keys are kept as they come, so none may hold a card number. */
const isKey = (key: string): boolean =>
  key.length >= 1 && key.length <= MAX_KEY && !key.includes('\0') && !holdsCardNumber(key);

async function earlierAnswer<T>(tx: Tx, { scope, key }: Intent, hash: string): Promise<T> {
  const row = await tx.first<{ requestHash: string; response: T; answered: boolean }>(
    `select "requestHash", response, response is not null as answered
     from idempotency where scope = $1 and key = $2`,
    [scope, key],
  );
  if (row === undefined || row.requestHash !== hash) {
    throw refusal('IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
  }
  if (!row.answered) throw refusal('IDEMPOTENCY_CONCURRENT_REQUEST');
  return row.response;
}

const refusal = (code: keyof typeof idempotencyErrors): Refusal =>
  new Refusal(code, idempotencyErrors[code], ['input', 'idempotencyKey'], code.endsWith('REQUEST'));

/** A digest of any JSON value that does not depend on the order of its keys. bigint counts as its decimal text. */
export const digest = (value: unknown): string =>
  createHash('sha256').update(sortedJson(value)).digest('base64url');
