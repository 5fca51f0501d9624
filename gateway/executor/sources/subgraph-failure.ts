/** A call to a subgraph that gave no answer: the fields it would have filled are null. */
export class SubgraphFailure extends Error {
  constructor(
    readonly code: 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_TIMEOUT',
    cause?: unknown,
  ) {
    super(code, { cause });
    this.name = 'SubgraphFailure';
  }
}

/** Nobody waits for the answer any more, which says nothing about the subgraph. */
export class ClientLeft extends SubgraphFailure {
  constructor() {
    super('SUBGRAPH_UNAVAILABLE', new Error('the client has left'));
    this.name = 'ClientLeft';
  }
}

/** The breaker is open: the subgraph was not asked. */
export class Refused extends SubgraphFailure {
  constructor() {
    super('SUBGRAPH_UNAVAILABLE', new Error('the breaker is open'));
    this.name = 'Refused';
  }
}
