/** The faults that a proxy can make. */

/** The direction in which bytes travel. */
export type Direction = 'toServer' | 'toClient'

/** A WebSocket frame in transit. */
export interface Frame {
  /** The number of the connection, from 1. */
  connection: number
  direction: Direction
  /** The number of the frame in this connection and direction, from 1. */
  number: number
  /** 1 text, 2 binary, 0 continuation, 8 close, 9 ping, 10 pong. */
  opcode: number
  /** The text of a whole, uncompressed text frame of up to 64 KiB. */
  text?: string
  /** The type `t` and the stream `s` of a frame of `holdfast.v1.json`. */
  t?: string
  s?: string
}

/**
 * One fault. It applies to all connections, including open ones, from the time it is added until it is removed. Frames and bytes are
 * counted per connection, from the time it is added.
 *
 * - `refuse`: the proxy does not listen. A dial fails as if no server were running. Open connections continue.
 * - `close`: a dial is accepted and closed at once.
 * - `cut`: both ends lose the connection after the given number of frames or bytes in this direction. With neither option, open
 *   connections are cut now, and later ones before anything passes. `bytes` may end inside a frame, or inside the handshake. `reset` cuts with
 *   RST instead of FIN.
 * - `swallow`: nothing arrives any more in this direction, not even a close, while the connection stays open: a half-open connection.
 * - `delay`: everything takes `ms` longer in this direction and stays in order.
 * - `duplicate`: a frame arrives twice.
 * - `reorder`: a frame of one stream is held until a frame of another stream has overtaken it, or for `ms` (50). Frames of the same stream,
 *   and frames without a stream, keep their order. The masking of clients does not matter.
 * - `truncate`: the first `bytes` of a frame arrive (half of it by default), then the connection is cut.
 */
export type FaultRule =
  | { fault: 'refuse' }
  | { fault: 'close' }
  | { fault: 'cut'; direction: Direction; frames?: number; bytes?: number; reset?: boolean }
  | { fault: 'swallow'; direction: Direction }
  | { fault: 'delay'; direction: Direction; ms: number }
  | { fault: 'duplicate'; direction: Direction; frame?: (frame: Frame) => boolean }
  | { fault: 'reorder'; direction: Direction; ms?: number }
  | { fault: 'truncate'; direction: Direction; bytes?: number; frame?: (frame: Frame) => boolean }

/** An event of a proxy, for its log. It does not contain the text of a frame. */
export interface FaultEvent {
  /** The time as `Date.now()`. */
  at: number
  /** `open` and `end` are events of a connection, `frame` is a frame that passed, and the others are effects of a rule. */
  what: 'open' | 'end' | 'frame' | 'closed' | 'cut' | 'swallowed' | 'delayed' | 'duplicated' | 'reordered' | 'truncated'
  /** The number of the connection, from 1. */
  connection: number
  direction?: Direction
  bytes?: number
  opcode?: number
  t?: string
  s?: string
}
