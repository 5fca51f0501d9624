import { makeViewer } from '#kernel/auth/viewer';
import type { CancellableDoor } from '../executor/sources/subgraph-source';
import { within } from '../executor/sources/patience';
import type { KeyCaller, KeyDirectory } from './api-key.port';

const QUERY = `query ApiKeyCaller($hash: String!) {
  apiKeyCaller(hash: $hash) { keyId accountId tenantIds scopes expiresAt }
}`;
const LIMIT_MS = 3_000;

/** Looks keys up in merchant-services, over the same door as queries. */
export class DoorKeyDirectory implements KeyDirectory {
  constructor(private readonly door: CancellableDoor | undefined) {}

  async find(hash: string, correlationId: string): Promise<KeyCaller | undefined> {
    const { door } = this;
    if (door === undefined) throw new Error('there is no door to merchant-services');
    const viewer = makeViewer({ kind: 'SERVICE', scopes: ['*'], correlationId });
    const request = { query: QUERY, variables: { hash }, operationName: 'ApiKeyCaller' };
    const { data, errors } = await within(LIMIT_MS, (patience) =>
      door.execute(request, viewer, patience),
    );
    if (errors !== undefined && errors.length > 0) {
      throw new Error(`the key could not be looked up: ${errors[0]?.message ?? ''}`);
    }
    return (data?.['apiKeyCaller'] ?? undefined) as KeyCaller | undefined;
  }
}
