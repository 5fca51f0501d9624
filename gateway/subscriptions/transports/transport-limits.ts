/** How much one client may ask of a gateway process, and how patient that is. */
export interface TransportLimits {
  /** Open sockets and streams together, of one account. */
  readonly connectionsPerAccount: number;
  /** The same of one IPv4 address or IPv6 /64. */
  readonly connectionsPerNetwork: number;
  /** What one socket may send, ping frames included: so many a second, and so many at once. */
  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  readonly messageBytes: number;
  /** Live fields of one socket. */
  readonly liveFields: number;
  /** A socket has to greet within this time. */
  readonly initMs: number;
  /** A socket that does not answer a ping until the next is gone. */
  readonly pingMs: number;
  readonly sseHeartbeatMs: number;
  /** Apollo's clients take a multipart stream for dead after missing some of these. */
  readonly multipartHeartbeatMs: number;
  /** A process that stops lets its clients go within this time, spread out. */
  readonly drainMs: number;
  /** A client that does not take the last word is cut off after this time. */
  readonly goodbyeMs: number;
}

export const TRANSPORT_LIMITS: TransportLimits = {
  connectionsPerAccount: 20,
  connectionsPerNetwork: 100,
  messagesPerSecond: 20,
  messageBurst: 100,
  messageBytes: 64 * 1024,
  liveFields: 50,
  initMs: 3_000,
  pingMs: 12_000,
  sseHeartbeatMs: 12_000,
  multipartHeartbeatMs: 5_000,
  drainMs: 10_000,
  goodbyeMs: 2_000,
};
