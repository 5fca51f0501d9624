import { LRUCache } from 'lru-cache';
import type { OperationRequest } from './generation';
import type { Operation } from './operation';

const MAX_BYTES = 64 * 1024 * 1024;
/** A plan and its closures take about this many times the bytes of the document. */
const BYTES_PER_CHARACTER = 40;
const FAILURE_KEPT_MS = 60_000;

/** An operation that was asked for, and how often. */
export interface StoredOperation extends OperationRequest {
  used: number;
}

interface Entry extends StoredOperation {
  readonly compiled: Promise<Operation>;
}

/** Compiled operations, the least used last ones let go. Whoever asks at the same time shares one compilation. */
export class OperationStore {
  private readonly entries = new LRUCache<string, Entry>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ source }) => 1_000 + source.length * BYTES_PER_CHARACTER,
  });

  get(request: OperationRequest, compile: () => Promise<Operation>): Promise<Operation> {
    const key = `${request.operationName ?? ''}\n${request.source}`;
    const known = this.entries.get(key);
    if (known !== undefined) {
      known.used += 1;
      return known.compiled;
    }
    const compiled = compile();
    const entry: Entry = { ...request, used: 1, compiled };
    this.entries.set(key, entry);
    // What could not be planned is refused for a while without trying again.
    compiled.catch((error: unknown) => {
      const temporary =
        (error as { extensions?: { code?: string } }).extensions?.code === 'OVERLOADED';
      if (temporary) this.entries.delete(key);
      else this.entries.set(key, entry, { ttl: FAILURE_KEPT_MS });
    });
    return compiled;
  }

  mostUsed(count: number): StoredOperation[] {
    return [...this.entries.values()].sort((a, b) => b.used - a.used).slice(0, count);
  }
}
