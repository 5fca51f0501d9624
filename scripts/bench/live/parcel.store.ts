import { systemViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import { migrate } from '#kernel/db/migrate';
import type { Doorbell } from '#kernel/events/doorbell';

export const SCHEMA = 'bench_live';
/** Correlation id of all changes. */
export const MOVER = 'bench-live';
const ROLE = `tradegraph_${SCHEMA}`;
const TABLES = `create table parcel (
  id text primary key, state text not null, version integer not null, place text not null
)`;
const SOURCE = 'parcels';

/** The bench's side of the database: it changes the one parcel that everybody follows. */
export class ParcelStore {
  readonly id = 'prc_1';

  private constructor(
    private readonly db: Database,
    /** The version that was committed last. */
    public version: number,
  ) {}

  /** Makes the tables and the parcel. */
  static async open(url: string, doorbell: Doorbell): Promise<ParcelStore> {
    const steps = [{ at: 1_800_000_000_000, name: 'Parcels', sql: TABLES }];
    await migrate(url, { schema: SCHEMA, role: ROLE, steps });
    const db = await openParcels(url, () => {
      doorbell.ring(SOURCE);
    });
    const store = new ParcelStore(db, 0);
    await db.query(`insert into parcel values ($1, 'PACKED', 0, 'Hamburg')`, [store.id]);
    return store;
  }

  /** Changes the parcel and tells it, in one transaction, as a service of a subgraph does. */
  async move(): Promise<void> {
    const { id } = this;
    this.version = await this.db.transaction(systemViewer(MOVER), async (tx) => {
      const row = await tx.first<{ version: number }>(
        `update parcel set state = 'MOVED', version = version + 1, place = 'Hub ' || version % 10
         where id = $1 returning version`,
        [id],
      );
      const version = row?.version ?? 0;
      const topics = [`parcel:${id}`];
      tx.publish({ type: 'parcel.moved', subject: id, version, topics, data: {} });
      return version;
    });
  }

  close(): Promise<void> {
    return this.db.close();
  }
}

/** The database as a subgraph sees it. */
export const openParcels = (url: string, onFacts?: () => void): Promise<Database> =>
  Database.open({
    url,
    schema: SCHEMA,
    role: ROLE,
    clock: systemClock,
    ...(onFacts !== undefined && { onFacts }),
  });
