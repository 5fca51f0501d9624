import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const current = new AsyncLocalStorage<string>();
const GOOD = /^[\w-]{8,64}$/;

/** A caller's own id when it is well formed, else a new one. */
export const correlationIdFrom = (given: unknown): string =>
  typeof given === 'string' && GOOD.test(given) ? given : randomUUID();

/** Everything that runs inside, also later, belongs to this correlation id. */
export const correlated = <T>(id: string, run: () => T): T => current.run(id, run);

/** The id of what runs now. */
export const correlationId = (): string => current.getStore() ?? 'none';
