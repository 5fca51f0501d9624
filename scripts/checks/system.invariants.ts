import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

/** What must hold over all subgraphs together once the facts have come to rest. Each query returns what breaks it. */
const INVARIANTS: Readonly<Record<string, string>> = {
  'the ledger and the escrow hold (I1–I14)':
    'select invariant, subject, detail from payments.invariant_violation',
  'an order group is the sum of its orders': `
    select g.id from marketplace."orderGroup" g
    where g."totalMinor" <> (select sum(o."totalMinor") from marketplace."order" o where o."orderGroupId" = g.id)`,
  'an order is the sum of its lines': `
    select o.id from marketplace."order" o
    where o."totalMinor" <> (select sum(l."totalMinor") from marketplace."orderLine" l where l."orderId" = o.id)`,
  'reserved stock is the sum of its live reservations': `
    select s."offerId", s.reserved from marketplace.stock s
    where s.reserved <> (select coalesce(sum(r.quantity - r.consumed), 0) from marketplace.reservation r
      where r."offerId" = s."offerId" and r.state in ('HELD', 'COMMITTED'))`,
  'a completed order holds no money': `
    select o.id, t."availableMinor" from marketplace."order" o join payments.escrow e on e."orderId" = o.id
    join payments.tranche t on t."escrowId" = e.id where o.status = 'COMPLETED' and t."availableMinor" + t."frozenMinor" > 0`,
  'a confirmed order was paid in full': `
    select o.id from marketplace."order" o left join payments.escrow e on e."orderId" = o.id
    where o.status in ('CONFIRMED', 'COMPLETED') and o."totalMinor" <> coalesce(
      (select sum(t."capturedMinor") from payments.tranche t where t."escrowId" = e.id), 0)`,
};

const SCHEMAS = ['marketplace', 'payments', 'fulfillment', 'merchant_services'] as const;

/** Who hears which fact of whom: the rows of the committed flow, so a type that was never heard at all is missed too. */
export function heardFacts(flow: string): { fact: string; teller: string; hearer: string }[] {
  const names = 'marketplace|payments|fulfillment|merchant-services';
  const row = new RegExp(`^\\| ([a-z_]+\\.[a-z_]+) +\\| (${names}) +\\| (${names}) +\\|`, 'gm');
  const schema = (name = ''): string => name.replace('-', '_');
  return [...flow.matchAll(row)].map(([, fact = '', teller, hearer]) => ({
    fact,
    teller: schema(teller),
    hearer: schema(hearer),
  }));
}

function queries(): [string, string][] {
  const lost = heardFacts(readFileSync('schema/flow.md', 'utf8')).map(
    ({ fact, teller, hearer }): [string, string] => [
      `${hearer} has heard every ${fact}`,
      `select o.id from ${teller}.outbox o where o.type = '${fact}'
         and not exists (select 1 from ${hearer}.inbox i where i."eventId" = o.id)`,
    ],
  );
  const parked = SCHEMAS.map((schema): [string, string] => [
    `no fact is parked in ${schema}`,
    `select "eventId", error from ${schema}."inboxParked"`,
  ]);
  return [...Object.entries(INVARIANTS), ...lost, ...parked];
}

/** Everything that is broken in a whole system's database, in words; empty when all holds. Needs an owner's URL. */
export async function violations(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const broken: string[] = [];
    for (const [name, query] of queries()) {
      const { rows } = await client.query<Record<string, unknown>>(query);
      broken.push(...rows.map((row) => `${name}: ${JSON.stringify(row)}`));
    }
    return broken;
  } finally {
    await client.end();
  }
}

/** The same once the last facts have travelled: what is still broken after `patienceMs`. */
export async function lastingViolations(
  databaseUrl: string,
  patienceMs: number,
): Promise<string[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const broken = await violations(databaseUrl);
    if (broken.length === 0 || performance.now() > deadline) return broken;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** The owner's address of the embedded PostgreSQL of a data folder. */
export function embeddedUrl(dataDir: string): string {
  const read = (name: string): string =>
    readFileSync(join(dataDir, 'postgres', name), 'utf8').trim();
  return `postgres://postgres:${read('password')}@127.0.0.1:${read('port')}/tradegraph`;
}
