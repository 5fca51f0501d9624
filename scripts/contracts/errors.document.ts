import { existsSync } from 'node:fs';
import { CALL_ERRORS, type ErrorTable, idempotencyErrors } from '#kernel/errors/refusal';
import { SUBGRAPHS } from '../migrations';
import { errorsOf } from './subgraph.exports';

const GATEWAY_ERRORS = 'gateway/gateway.errors';

/** Every error code with its meaning, by who answers it. */
async function errorTables(): Promise<Map<string, ErrorTable>> {
  const tables = new Map<string, ErrorTable>([
    ['Every call', CALL_ERRORS],
    ['Mutations with an idempotency key', idempotencyErrors],
  ]);
  if (existsSync(`${GATEWAY_ERRORS}.ts`)) tables.set('gateway', await errorsOf(GATEWAY_ERRORS));
  for (const name of SUBGRAPHS) {
    tables.set(name, await errorsOf(`subgraphs/${name}/${name}.errors`));
  }
  return tables;
}

/** schema/errors.md. */
export async function errorsDocument(): Promise<string> {
  const sections = [...(await errorTables())].map(([who, table]) => {
    const rows = Object.keys(table)
      .sort()
      .map((code) => `| \`${code}\` | ${(table[code] ?? '').replaceAll('|', '\\|')} |`);
    return [`## ${who}`, '', '| code | meaning |', '| --- | --- |', ...rows, ''].join('\n');
  });
  return [
    '# Error codes',
    '',
    'Codes of a subgraph come in `userErrors { code }` of the mutations whose error enum lists them. Codes of every call',
    'and of the gateway come in `errors[].extensions.code`. Codes are stable; messages are for people and may change.',
    '',
    ...sections,
  ].join('\n');
}
