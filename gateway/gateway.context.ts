import type { Grant } from '#kernel/auth/grant';
import type { Viewer } from '#kernel/auth/viewer';
import type { Payer } from './http/limits/token-buckets';

/** What one operation carries through the pipeline: who acts, over which transport, and until when. */
export interface CallContext {
  readonly viewer: Viewer;
  /** `live` is the gateway itself, answering an event for a subscriber whose document was already checked. */
  readonly transport: 'http' | 'socket' | 'sse' | 'multipart' | 'live';
  /** When the whole operation must have ended, on the scale of `performance.now()`. */
  readonly deadline: number;
  /** Aborted when the client has left. Absent where others wait for the same execution. */
  readonly signal?: AbortSignal;
  /** Whom its cost is charged to. */
  readonly payer?: Payer;
  /** When it arrived, on the same scale, where that was before its caller was known. */
  readonly arrivedAt?: number;
  /** Present when the owner of what is asked for shall say who may follow it: sources add its grants here. */
  readonly grants?: Grant[];
}

/** A whole operation may take this long. */
const REQUEST_MS = 15_000;

/** The context of an operation that begins now. */
export const callContext = (
  viewer: Viewer,
  transport: CallContext['transport'],
  signal?: AbortSignal,
): CallContext => ({
  viewer,
  transport,
  deadline: performance.now() + REQUEST_MS,
  ...(signal !== undefined && { signal }),
});
