/** The counts of a hub. All of them only grow, except the current numbers of connections, sessions and streams. */

export interface Stats {
  /** Open connections, of plain clients and sessions. */
  connections: number
  /** Open connections with a session. */
  sessions: number
  /** Streams with at least one subscriber on this hub. */
  streams: number
  /** Accepted connections. */
  accepted: number
  /** Refused connections: wrong origin, unauthorised user, full or draining hub. */
  refused: number
  /** Messages from clients that were passed to listeners. */
  received: number
  /** Repeated messages from clients, which were not applied again. */
  repeated: number
  /** Messages published through this hub. */
  published: number
  /** Messages of streams and broadcasts sent to clients, including replayed ones. */
  sent: number
  /** Replayed messages sent to clients. */
  replayed: number
  /** Resumed sessions. */
  resumes: number
  /** Sessions that the store had lost and that this hub has stored again, while their clients were connected. */
  restored: number
  /** Losses reported to clients: one per stream and client. */
  losts: number
  /** Connections closed because the client read too slowly (4001). */
  slow: number
  /** Connections closed by the rate limit (4005). */
  floods: number
  /** Connections closed because of a bad frame (4500, 1009). */
  badFrames: number
  /** Entries that the store removed before their time, because a limit was exceeded: idempotency keys, sessions, streams. */
  evicted: number
  /** Connections that did not answer a ping. */
  dead: number
  /** Errors of the store and of listeners. */
  errors: number
}

export const createStats = (): Stats => ({
  connections: 0,
  sessions: 0,
  streams: 0,
  accepted: 0,
  refused: 0,
  received: 0,
  repeated: 0,
  published: 0,
  sent: 0,
  replayed: 0,
  resumes: 0,
  restored: 0,
  losts: 0,
  slow: 0,
  floods: 0,
  badFrames: 0,
  evicted: 0,
  dead: 0,
  errors: 0,
})
