/** The faults that a proxy can make. */

/** Which way bytes go. */
export type Way = 'toServer' | 'toClient'

/** A WebSocket frame on its way. */
export interface Frame {
  /** Of the connection, from 1. */
  connection: number
  way: Way
  /** Of this connection this way, from 1. */
  number: number
  /** 1 text, 2 binary, 0 continuation, 8 close, 9 ping, 10 pong. */
  opcode: number
  /** Whole and uncompressed text up to 64 KiB. */
  text?: string
  /** The kind `t` and the stream `s` of a frame of `holdfast.v1.json`. */
  t?: string
  s?: string
}

/**
 * One fault. It acts on every connection, present ones too, from when it is added until it is taken away; counts of frames and bytes begin
 * with 0 for each connection when it is added.
 *
 * - `refuse`: nobody listens; a dial fails as at a server that is not running. Present connections go on.
 * - `close`: a dial is accepted, and ended at once.
 * - `cut`: both ends lose the connection after so many frames or bytes this way; with neither, now and before anything is passed on.
 *   `bytes` may end in the middle of a frame, or of the handshake. `reset` cuts with RST instead of FIN.
 * - `swallow`: nothing arrives any more this way, not even an end, while the connection stays: a half-open one.
 * - `delay`: everything takes `ms` longer this way, in order.
 * - `duplicate`: a frame arrives twice.
 * - `reorder`: a frame of one stream is held until one of another stream has overtaken it, or for `ms` (50). Within a stream, and against frames
 *   of no stream, nothing changes places. The masking of clients does not matter.
 * - `truncate`: of a frame the first `bytes` arrive (half of it), then the connection is cut.
 */
export type FaultRule =
  | { fault: 'refuse' }
  | { fault: 'close' }
  | { fault: 'cut'; way: Way; frames?: number; bytes?: number; reset?: boolean }
  | { fault: 'swallow'; way: Way }
  | { fault: 'delay'; way: Way; ms: number }
  | { fault: 'duplicate'; way: Way; frame?: (frame: Frame) => boolean }
  | { fault: 'reorder'; way: Way; ms?: number }
  | { fault: 'truncate'; way: Way; bytes?: number; frame?: (frame: Frame) => boolean }

/** What happened, for the log. No text of a frame is in it. */
export interface FaultEvent {
  /** `Date.now()`. */
  at: number
  /** `open` and `end` are of connections, `frame` is one that was passed on, the others are what a rule did. */
  what: 'open' | 'end' | 'frame' | 'closed' | 'cut' | 'swallowed' | 'delayed' | 'duplicated' | 'reordered' | 'truncated'
  /** From 1. */
  connection: number
  way?: Way
  bytes?: number
  opcode?: number
  t?: string
  s?: string
}
