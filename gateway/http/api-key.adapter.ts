import type { CancellableDoor } from '../executor/sources/subgraph-source';
import type { KeyCaller, KeyDirectory } from './api-key.port';
import { askAsGateway } from './service-question';

const QUERY = `query ApiKeyCaller($hash: String!) {
  apiKeyCaller(hash: $hash) { keyId accountId tenantIds scopes expiresAt costBudget }
}`;

/** Looks keys up in merchant-services, over the same door as queries. */
export class DoorKeyDirectory implements KeyDirectory {
  constructor(private readonly door: CancellableDoor | undefined) {}

  async find(hash: string, correlationId: string): Promise<KeyCaller | undefined> {
    const request = { query: QUERY, variables: { hash }, operationName: 'ApiKeyCaller' };
    const data = await askAsGateway(this.door, request, correlationId);
    return (data?.['apiKeyCaller'] ?? undefined) as KeyCaller | undefined;
  }
}
