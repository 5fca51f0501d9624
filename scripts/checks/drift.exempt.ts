/** Tables of the kernel: only its own SQL reads and writes them. */
const KERNEL = [
  'idempotency',
  'inbox',
  'inboxCursor',
  'inboxParked',
  'migration',
  'outbox',
  'outboxEpoch',
  'timer',
];

/** Columns of a type that TypeORM has no name for: entities read them as text. */
export const READ_AS: Readonly<Record<string, string>> = { 'ledger_transfer.xid': 'xid8' };

/** Tables that only functions of the database write, so that no entity could say how to. */
const BY_FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  payments: ['ledger_chain', 'ledger_epoch', 'ledger_snapshot'],
};

/** Tables of a schema that have no entity, by name: each is written by SQL of its own. */
export const withoutEntity = (schema: string): string[] => [
  ...KERNEL,
  ...(BY_FUNCTIONS[schema] ?? []),
];
