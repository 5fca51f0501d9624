import { createHash } from 'node:crypto';
import { type SharedFact, type StoredAnswer } from './facts';
import { Refusal } from './refusal';

/** Answers by idempotency key. A key belongs to one request: method, path and body. */
export class StoredAnswers {
  private readonly byKey = new Map<string, StoredAnswer>();

  apply(fact: SharedFact): void {
    if (fact.kind === 'answer.stored') this.byKey.set(fact.answer.key, fact.answer);
  }

  /** The stored answer; refuses with 409 when the key was used for another request. */
  find(key: string, fingerprint: string): StoredAnswer | undefined {
    const answer = this.byKey.get(key);
    if (answer !== undefined && answer.fingerprint !== fingerprint) {
      const message = 'this Idempotency-Key was used with another request';
      throw new Refusal(409, 'IDEMPOTENCY_MISMATCH', message, false);
    }
    return answer;
  }
}

export function fingerprintOf(method: string, path: string, body: string): string {
  return createHash('sha256').update(`${method} ${path}\n${body}`).digest('hex');
}
