/** The state of a hub in numbers. The first group describes this moment. All other numbers only grow. */

/** Why the hub refused a client. */
export type RefusalReason = 'origin' | 'path' | 'auth' | 'full' | 'draining' | 'protocol' | 'rate'

export interface Stats {
  /** Open connections, of plain clients and sessions. */
  connections: number
  /** Open connections with a session. */
  sessions: number
  /** Streams with at least one subscriber on this hub. */
  streams: number
  /** Messages of clients that wait for your listeners. */
  backlog: number
  /** The memory that they use, in bytes. */
  backlogBytes: number
  /** Bytes in the send buffers of all connections. */
  bufferedBytes: number
  /** The state of the store. */
  store: {
    /** False while the store cannot be reached. */
    up: boolean
  }

  /** Accepted connections. */
  accepted: number
  /** Refused clients. The sum of `refusals`. */
  refused: number
  /** Refused clients by reason. A client that a failure of the server has turned away counts in `errors` instead. */
  refusals: Record<RefusalReason, number>
  /** Closed connections by close code. A code that the hub does not use and did not send is counted as `other`. */
  closes: Record<string, number>
  /** Bytes of the WebSocket messages from clients. */
  receivedBytes: number
  /** Bytes of the WebSocket messages to clients. */
  sentBytes: number
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
  /** Sessions that have ended and were reported by `sessionEnd`. Sessions whose time runs out are counted only while there is a listener. */
  endedSessions: number
  /** Losses reported to clients: one per stream and client. */
  losts: number
  /** Connections closed because the client read too slowly (4001). */
  slow: number
  /** Connections closed by the rate limit (4005). */
  floods: number
  /** Connections closed because of a bad frame (4500), or by `ws` because of an invalid or too long one (1002, 1007 to 1009). */
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
  backlog: 0,
  backlogBytes: 0,
  bufferedBytes: 0,
  store: { up: true },
  accepted: 0,
  refused: 0,
  refusals: { origin: 0, path: 0, auth: 0, full: 0, draining: 0, protocol: 0, rate: 0 },
  closes: {},
  receivedBytes: 0,
  sentBytes: 0,
  received: 0,
  repeated: 0,
  published: 0,
  sent: 0,
  replayed: 0,
  resumes: 0,
  restored: 0,
  endedSessions: 0,
  losts: 0,
  slow: 0,
  floods: 0,
  badFrames: 0,
  evicted: 0,
  dead: 0,
  errors: 0,
})

/** The counts of connections that the hub has closed because of their clients. */
export type Fault = 'slow' | 'floods' | 'badFrames'

/** Counts a closed connection. @param sentCode the code that the hub has sent, if it has closed the connection */
export const countClose = ({ closes }: Stats, code: number, sentCode: number | undefined): void => {
  // A client may choose any code from 3000 on. Each code is a time series in Prometheus, so their number must be bounded.
  const label = sentCode ?? (code < 3000 ? code : 'other')
  closes[label] = (closes[label] ?? 0) + 1
}
