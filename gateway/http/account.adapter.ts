import type { CancellableDoor } from '../executor/sources/subgraph-source';
import type { AccountDirectory } from './account.port';
import { askAsGateway } from './service-question';

const QUERY = 'query AccountAccess($id: ID!) { accountAccess(id: $id) { permVersion } }';

/** Looks accounts up in marketplace, over the same door as queries. */
export class DoorAccountDirectory implements AccountDirectory {
  constructor(private readonly door: CancellableDoor | undefined) {}

  async permVersion(id: string, correlationId: string): Promise<number | undefined> {
    const request = { query: QUERY, variables: { id }, operationName: 'AccountAccess' };
    const data = await askAsGateway(this.door, request, correlationId);
    return (data?.['accountAccess'] as { permVersion: number } | null | undefined)?.permVersion;
  }
}
