import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { INVARIANTS } from '../../subgraphs/payments/ledger/invariant.rules';

/** What a look at the money of one database found. */
export interface MoneyReport {
  /** Everything that does not hold, in words; empty when all does. */
  readonly broken: readonly string[];
  /** The newest block of the ledger's hash chain, `<block> <hash>`; undefined when nothing was sealed yet. */
  readonly head: string | undefined;
}

const HEAD = `select block_no || ' ' || encode(hash, 'hex') as head from payments.ledger_chain
  order by block_no desc limit 1`;
const BLOCK = `select encode(hash, 'hex') as hash from payments.ledger_chain where block_no = $1`;

/**
 * Holds a database's money against every rule. An anchor is a file that keeps heads of the chain where whoever can
 * change the database cannot: each head in it must still be in the chain, then the present one is added.
 */
export async function checkMoney(databaseUrl: string, anchor?: string): Promise<MoneyReport> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Violation>(
      'select invariant, subject, detail from payments.invariant_violation order by 1, 2',
    );
    const broken = rows.map(say);
    if (anchor !== undefined) broken.push(...(await changedSince(client, anchor)));
    const head = await headOf(client);
    // a broken ledger must not vouch for itself
    if (anchor !== undefined && head !== undefined && broken.length === 0) keep(anchor, head);
    return { broken, head };
  } finally {
    await client.end();
  }
}

/** The newest block alone, which costs nothing: to be noted down elsewhere. */
export async function readHead(databaseUrl: string): Promise<string | undefined> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await headOf(client);
  } finally {
    await client.end();
  }
}

interface Violation {
  readonly invariant: string;
  readonly subject: string;
  readonly detail: string;
}

const say = ({ invariant, subject, detail }: Violation): string =>
  `${invariant} ${subject}: ${detail}. ${INVARIANTS[invariant] ?? ''}`.trimEnd();

async function headOf(client: Client): Promise<string | undefined> {
  return (await client.query<{ head: string }>(HEAD)).rows[0]?.head;
}

async function changedSince(client: Client, anchor: string): Promise<string[]> {
  const changed: string[] = [];
  for (const line of linesOf(anchor)) {
    const [block, hash] = line.split(' ');
    const found = (await client.query<{ hash: string }>(BLOCK, [block])).rows[0]?.hash;
    if (found !== hash) {
      const now = found ?? 'missing';
      changed.push(`anchor: block ${block ?? '?'} was ${hash ?? '?'} and is ${now} now.`);
    }
  }
  return changed;
}

function keep(anchor: string, head: string): void {
  if (!linesOf(anchor).includes(head)) appendFileSync(anchor, `${head}\n`);
}

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
