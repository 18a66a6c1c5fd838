/** What the hub counts. Plain numbers, growing but for those that tell how many there are now. */

export interface Stats {
  /** Links now, of both kinds. */
  connections: number
  /** Links now that speak the protocol of sessions. */
  sessions: number
  /** Streams now that somebody of this hub follows. */
  streams: number
  /** Links that were let in. */
  accepted: number
  /** Dials that were turned away: origin, user, a full or draining hub. */
  refused: number
  /** Messages from clients that were applied. */
  received: number
  /** Messages from clients that were known already, and not applied again. */
  repeated: number
  /** Messages published through this hub. */
  published: number
  /** Messages of streams and broadcasts sent to clients, replayed ones too. */
  sent: number
  /** Those of them that were replayed. */
  replayed: number
  /** Sessions resumed. */
  resumes: number
  /** Streams whose clients had to be told of a loss. */
  losts: number
  /** Links closed for reading too slowly (4001). */
  slow: number
  /** Links closed for saying too much (4005). */
  floods: number
  /** Links closed for a bad frame (4500, 1009). */
  badFrames: number
  /** Links that died without a word (no answer to a ping). */
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
  losts: 0,
  slow: 0,
  floods: 0,
  badFrames: 0,
  dead: 0,
  errors: 0,
})
