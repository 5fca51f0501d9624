/** A document that somebody sends to hurt, and the exact refusal; the same on every transport. */
export interface HostileDocument {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly code: string;
  /** Over HTTP, for a client that takes `application/graphql-response+json`; 400 when it is not said. */
  readonly status?: number;
}

export const many = (count: number, one: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => one(i)).join(' ');
export const deep = (depth: number, field: string, inner: string): string =>
  `${`${field} { `.repeat(depth)}${inner}${' }'.repeat(depth)}`;
