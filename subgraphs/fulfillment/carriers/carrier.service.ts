import type { Database } from '#kernel/db/database';
import type { CarrierConnectionRow, CarrierRow } from './carrier.entity';
import type { CarrierPort } from './carrier.port';

/** A carrier that can be called now. */
export interface ReachableCarrier {
  readonly carrier: CarrierRow;
  readonly connection: CarrierConnectionRow;
  readonly port: CarrierPort;
}

/** The carriers: rows say what they offer, adapters (by connection code) how they are reached. */
export class CarrierService {
  private constructor(
    private readonly carriers: readonly CarrierRow[],
    private readonly reachable: readonly ReachableCarrier[],
  ) {}

  static async open(
    db: Database,
    adapters: ReadonlyMap<string, CarrierPort>,
  ): Promise<CarrierService> {
    const carriers = await db.query<CarrierRow>('select * from carrier order by code');
    const connections = await db.query<CarrierConnectionRow>(
      `select * from "carrierConnection" where state = 'ACTIVE' order by code`,
    );
    const reachable = connections.flatMap((connection) => {
      const carrier = carriers.find(({ id }) => id === connection.carrierId);
      const port = adapters.get(connection.code);
      return carrier === undefined || port === undefined ? [] : [{ carrier, connection, port }];
    });
    return new CarrierService(carriers, reachable);
  }

  byId(id: string): CarrierRow | undefined {
    return this.carriers.find((carrier) => carrier.id === id);
  }

  /** The carrier for a service (null: any), or undefined when none offers it. */
  choose(service: string | null): { carrier: CarrierRow; service: string } | undefined {
    for (const { carrier } of this.reachable) {
      const [first] = carrier.services;
      const chosen = service ?? first;
      if (chosen !== undefined && carrier.services.includes(chosen)) {
        return { carrier, service: chosen };
      }
    }
    return undefined;
  }

  /** How to call a carrier; throws when it is no longer configured. */
  portOf(carrierId: string): CarrierPort {
    const found = this.reachable.find(({ carrier }) => carrier.id === carrierId);
    if (found === undefined) throw new Error(`carrier ${carrierId} is not configured`);
    return found.port;
  }

  byConnection(code: string): ReachableCarrier | undefined {
    return this.reachable.find(({ connection }) => connection.code === code);
  }

  byConnectionId(id: string): ReachableCarrier | undefined {
    return this.reachable.find(({ connection }) => connection.id === id);
  }

  ofCarrier(carrierId: string): ReachableCarrier | undefined {
    return this.reachable.find(({ carrier }) => carrier.id === carrierId);
  }
}
