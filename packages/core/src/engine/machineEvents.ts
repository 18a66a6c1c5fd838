/** The names that the machine uses: its events, effects and timers. */

/**
 * A state names the one timer that it needs. The timer starts when the state is entered, and is cleared when the state is left. A step that
 * keeps the timer and has no effects lets the timer run on.
 *
 * `connectTimeout`, `closeTimeout`, `interval` and `timeout` have the name of their option. `onConnect` limits that callback, `retry` is
 * the backoff, `onlineJitter` the random delay after coming online, `decision` the deadline of an async `shouldReconnect`. `interval`: no
 * frame was received, or none was sent, for so long that a ping is due. `timeout` and `probe` are deadlines for the reply to a ping.
 */
export type Timer =
  | 'connectTimeout'
  | 'onConnect'
  | 'retry'
  | 'onlineJitter'
  | 'decision'
  | 'interval'
  | 'timeout'
  | 'probe'
  | 'closeTimeout'

/** Input of the machine. An event whose `socket` or `timer` is not the current one is stale and ignored. */
export interface Event {
  readonly type:
    // Calls of the user.
    | 'open'
    | 'close'
    | 'reconnect'
    // End now; the closing handshake is not awaited.
    | 'release'
    // From the connection and the timer. `connected`: `onConnect` has finished. `ended`: the socket is CLOSING or CLOSED, without a `close` event.
    | 'opened'
    | 'connected'
    | 'activity'
    | 'ended'
    | 'lost'
    | 'decision'
    | 'timerFired'
    // From the environment.
    | 'wake'
    | 'online'
    | 'offline'
    | 'hide'
  readonly socket?: number
  readonly timer?: Timer
  /** A dial without delay is allowed now. */
  readonly eager?: boolean
  /** No frame was received for a while, and a ping can be sent. */
  readonly silent?: boolean
  /** The dial has taken so long that it may hang. */
  readonly slow?: boolean
  /** The connection was open long enough for the attempts to count from 0 again. */
  readonly stable?: boolean
  /** The timer fired so late that it proves nothing. */
  readonly late?: boolean
  /** A missing reply does not end the connection, because this server has never replied. */
  readonly tolerated?: boolean
  /** Whether to reconnect after a loss; `pending`: a `decision` event follows. */
  readonly decision?: boolean | 'pending'
}

/** Executed in this order. */
export type Effect =
  // Actions of the engine.
  | 'detach' // detach the socket, or abort the dial, and close it in the background
  | 'dial' // dial with the socket number of the state
  | 'connect' // run `onConnect`
  | 'startClose' // start the closing handshake
  | 'flush' // send the queued messages
  | 'ping'
  // Notifications of listeners.
  | 'open'
  | 'close'
  | 'retry'
  | 'stop'
