import { makeViewer } from '#kernel/auth/viewer';
import type { DoorRequest, DoorResponse } from '#kernel/graphql/door';
import { within } from '../executor/sources/patience';
import type { CancellableDoor } from '../executor/sources/subgraph-source';

const LIMIT_MS = 3_000;

/** Asks a subgraph something that only the gateway may know. Throws when there is no answer. */
export async function askAsGateway(
  door: CancellableDoor | undefined,
  request: DoorRequest,
  correlationId: string,
): Promise<DoorResponse['data']> {
  if (door === undefined) throw new Error('there is no door to the owner');
  const viewer = makeViewer({ kind: 'SERVICE', scopes: ['*'], correlationId });
  const { data, errors } = await within(LIMIT_MS, (patience) =>
    door.execute(request, viewer, patience),
  );
  if (errors !== undefined && errors.length > 0) {
    throw new Error(`the owner gave no answer: ${errors[0]?.message ?? ''}`);
  }
  return data;
}
