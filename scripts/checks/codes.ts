import { readFileSync } from 'node:fs';
import { facts } from '#contracts/facts';
import { tellerOf } from '#contracts/tellers';
import { CALL_ERRORS, type ErrorTable, idempotencyErrors } from '#kernel/errors/refusal';
import { callsOf, sourceFiles } from '../contracts/source.calls';
import { errorsOf } from '../contracts/subgraph.exports';
import { SUBGRAPHS } from '../migrations';
import { runCheck } from './report';

/** Codes that the kernel refuses with, by the call of a subgraph that can bring them about. */
const KERNEL_CODES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(idempotencyErrors).map((code) => [code, 'once('])),
  BAD_PAGE_ARGUMENTS: 'pageRequest(',
};

/** What a table and the code that uses it disagree on. */
export function codeFindings(
  owner: string,
  table: ErrorTable,
  refused: ReadonlyMap<string, string>,
  source: string,
): string[] {
  const missing = [...refused]
    .filter(([code]) => !(code in table) && !(code in CALL_ERRORS))
    .map(([code, at]) => `${at} refuses with ${code}, which the table of ${owner} lacks`);
  const unused = Object.keys(table)
    .filter((code) => !refused.has(code) && !source.includes(KERNEL_CODES[code] ?? `'${code}'`))
    .map((code) => `${owner} lists ${code}, which nothing refuses with`);
  return [...missing, ...unused];
}

/** The codes that a folder's source refuses with, and where. */
function refusedIn(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { args, file, line } of callsOf(folder, new Set(['refuse', 'Refusal']))) {
    const [code] = args;
    if (typeof code === 'string' && /^[A-Z][A-Z_0-9]+$/.test(code)) {
      found.set(code, `${file}:${line}`);
    }
  }
  return found;
}

/** A folder's source without its error tables and graph types: a code that only they name is not used. */
const usingSource = (folder: string): string =>
  sourceFiles(folder)
    .filter((file) => !/\.(errors|types)\.ts$/.test(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');

/** Facts told by a subgraph that does not own their noun. */
function strangeFacts(subgraph: string): string[] {
  return callsOf(`subgraphs/${subgraph}`, new Set(['fact'])).flatMap(({ args, file, line }) => {
    const [type] = args;
    if (typeof type !== 'string' || !(type in facts)) return [];
    const teller = tellerOf(type as keyof typeof facts);
    return teller === subgraph
      ? []
      : [`${file}:${line} tells ${type}, which is ${teller}'s to tell`];
  });
}

async function find(): Promise<string[]> {
  const findings: string[] = [];
  for (const subgraph of SUBGRAPHS) {
    const folder = `subgraphs/${subgraph}`;
    const table = await errorsOf(`${folder}/${subgraph}.errors`);
    findings.push(...codeFindings(subgraph, table, refusedIn(folder), usingSource(folder)));
    findings.push(...strangeFacts(subgraph));
  }
  return findings;
}

if (require.main === module) runCheck('errors', find);
