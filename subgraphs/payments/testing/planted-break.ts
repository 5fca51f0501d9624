import { Client } from 'pg';

/** Which invariants are red after a superuser broke something, in a transaction that is rolled back. */
export async function redWhen(url: string, sql: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`begin; set local session_replication_role = replica;
      set local search_path = payments, public;
      alter table ledger_transfer disable trigger no_change, disable trigger no_truncate`);
    await client.query(sql);
    const { rows } = await client.query<{ invariant: string }>(
      'select distinct invariant from invariant_violation order by 1',
    );
    return rows.map(({ invariant }) => invariant);
  } finally {
    await client.end();
  }
}
