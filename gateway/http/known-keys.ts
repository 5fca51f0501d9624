import { LRUCache } from 'lru-cache';
import { SECOND } from '#kernel/clock/clock';
import type { KeyCaller, KeyDirectory } from './api-key.port';

const KEPT_MS = 30 * SECOND;
const UNKNOWN_KEPT_MS = 5 * SECOND;
const MAX_KNOWN = 10_000;

type Answer = KeyCaller | undefined;

/** Remembers for a while whom keys belong to, and that some belong to nobody. */
export class KnownKeys {
  private readonly known = new LRUCache<string, { caller: Answer; until: number }>({
    max: MAX_KNOWN,
  });
  private readonly asking = new Map<string, Promise<Answer>>();

  constructor(
    private readonly keys: KeyDirectory,
    private readonly now: () => number,
  ) {}

  /** Equal questions at once share an answer. `anew`: what is remembered does not count. */
  find(hash: string, correlationId: string, anew: boolean): Promise<Answer> {
    const known = this.known.get(hash);
    if (known !== undefined && !anew && known.until > this.now()) {
      return Promise.resolve(known.caller);
    }
    return this.asking.get(hash) ?? this.ask(hash, correlationId);
  }

  /** A key has ended. Answers under way may be from before. */
  forget(keyId: string): void {
    this.asking.clear();
    for (const [hash, { caller }] of this.known.entries()) {
      if (caller?.keyId === keyId) this.known.delete(hash);
    }
  }

  private ask(hash: string, correlationId: string): Promise<Answer> {
    const asking = this.keys
      .find(hash, correlationId)
      .then((caller) => {
        const kept = caller === undefined ? UNKNOWN_KEPT_MS : KEPT_MS;
        if (this.asking.get(hash) === asking) {
          this.known.set(hash, { caller, until: this.now() + kept });
        }
        return caller;
      })
      .finally(() => {
        if (this.asking.get(hash) === asking) this.asking.delete(hash);
      });
    this.asking.set(hash, asking);
    return asking;
  }
}
