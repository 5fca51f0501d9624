import type { GraphQLError } from 'graphql';

/** One message of a subscription, equal for all subscribers of a group and written once. */
export interface LiveMessage {
  /** The execution result as JSON text: {"data":…,"errors":…,"extensions":{"cursor":…}} */
  readonly json: string;
  readonly cursor: string;
}

/** Where one subscriber's messages go. Push; nothing is awaited. */
export interface Outlet {
  next(message: LiveMessage): void;
  /** Bytes handed to the network that it has not taken yet. */
  readonly buffered: number;
  /** Calls back once when the reader has caught up (buffered is low again) or is gone. */
  whenDrained(then: () => void): void;
  /** Without an error the stream is complete; with one it ended by our doing, e.g. SUBSCRIPTION_REVOKED with `cursor`. */
  end(error?: GraphQLError): void;
}
