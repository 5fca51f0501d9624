import type { CallContext } from '../gateway.context';

/** How an operation ended. */
export interface EndedOperation {
  /** Undefined when the document could not be read. */
  readonly kind: 'query' | 'mutation' | 'subscription' | undefined;
  readonly transport: CallContext['transport'];
  /** The code of its first error; undefined when there was none. */
  readonly code: unknown;
  readonly ms: number;
}

/** Is told of every operation once it has an answer. */
export interface RequestMeter {
  operation(ended: EndedOperation): void;
}
