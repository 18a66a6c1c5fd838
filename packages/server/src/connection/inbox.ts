/**
 * The messages of one client that wait to be handled: one after the other, in order, and at most at the rate limit. They wait as text,
 * because parsed JSON can be twenty times as large. While too many wait, the socket is not read, so that TCP slows the client down.
 */

import type { HubContext } from '../context/hubContext.ts'
import type { NodeSocket } from './socket.ts'
import { TokenBucket } from './tokenBucket.ts'

/** Text, or the bytes of a binary message. */
export type Message = string | Buffer

/** The link of an inbox. */
export interface InboxHost {
  /** It is not read while too many messages wait. */
  readonly socket: Pick<NodeSocket, 'pause' | 'resume'>
  /** Handles one message. Must not reject. */
  handle(message: Message): Promise<void> | undefined
  /** The longest pause is over. The socket is read again, although too many messages still wait. */
  onStalled(): void
  /** Much more waits than the limits allow. The message was not added. */
  onOverflow(): void
}

/** The longest time without reading, in ms. Clients expect the answer to a ping within about 10 s. */
const LONGEST_PAUSE = 5000

/** The memory of an entry besides its content, in bytes: the header of a string, and the objects of a `Buffer`. */
const TEXT_OVERHEAD = 32
const BINARY_OVERHEAD = 192

/** The memory of an entry. V8 stores text with one byte per character if all of them are ASCII. */
const sizeOf = (message: Message): number => {
  const { length } = message
  if (typeof message !== 'string') return length + BINARY_OVERHEAD
  return (Buffer.byteLength(message) === length ? length : 2 * length) + TEXT_OVERHEAD
}

/** The messages that wait or are handled. */
export interface InboxLoad {
  tasks: number
  bytes: number
}

export class Inbox {
  private readonly _context: HubContext
  private readonly _host: InboxHost
  private readonly _frames: TokenBucket
  private readonly _bytes: TokenBucket
  private _waiting: Message[] = []
  /** The size of the waiting messages and of the one that is handled. */
  private _held = 0
  private _running: Promise<void> | undefined
  private _ignores = false
  private _isReleased = false
  /** Set while the socket is not read. */
  private _cancelPause: (() => void) | undefined
  /** Set while the rate limit delays the next message. */
  private _endDelay: (() => void) | undefined

  constructor(context: HubContext, host: InboxHost) {
    const { clock, limits } = context
    this._context = context
    this._host = host
    this._frames = new TokenBucket(clock, limits.rate, limits.burst)
    this._bytes = new TokenBucket(clock, limits.byteRate, limits.byteBurst)
  }

  /** Handles the message after the earlier ones. */
  add(message: Message): void {
    if (this._ignores) return
    const { backlog, backlogBytes, frame } = this._context.limits
    const size = sizeOf(message)
    // `ws` emits what it has read already also during a pause, and a socket that cannot pause goes on.
    if (this._held + size > 2 * (backlogBytes + frame)) return this._host.onOverflow()
    this._waiting.push(message)
    this._held += size
    this._running ??= this._run()
    if (this._waiting.length >= backlog || this._held >= backlogBytes) this._stopReading()
  }

  /** Removes the waiting messages and ignores later ones. Resolves when the running handler has finished. */
  async halt(): Promise<void> {
    this._ignores = true
    for (const message of this._waiting) this._held -= sizeOf(message)
    this._waiting = []
    this.release()
    await this._running
  }

  /** Handles what waits without the rate limit, and reads the socket again: the connection ends and adds no more messages. */
  release(): void {
    this._isReleased = true
    this._endDelay?.()
    this._read()
  }

  /** Returns the messages that wait or are handled. */
  load(): InboxLoad {
    return { tasks: this._waiting.length + (this._running ? 1 : 0), bytes: this._held }
  }

  /** Resolves when no message is handled or waits. */
  async idle(): Promise<void> {
    while (this._running) await this._running
  }

  private async _run(): Promise<void> {
    for (let message = this._waiting.shift(); message !== undefined; message = this._waiting.shift()) {
      for (let delay = this._delay(); delay > 0; delay = this._delay()) await this._sleep(delay)
      if (this._ignores) break
      this._frames.spend(1)
      this._bytes.spend(Buffer.byteLength(message))
      await this._host.handle(message)
      this._held -= sizeOf(message)
      const { backlog, backlogBytes } = this._context.limits
      if (this._waiting.length <= backlog / 2 && this._held <= backlogBytes / 2) this._read()
    }
    this._running = undefined
  }

  private _delay(): number {
    return this._isReleased ? 0 : Math.max(this._frames.wait(), this._bytes.wait())
  }

  private _sleep(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this._context.timers.after(delay, resolve)
      this._endDelay = () => {
        cancel()
        resolve()
      }
    })
  }

  private _stopReading(): void {
    if (this._cancelPause || this._isReleased) return
    const { heartbeat, timers } = this._context
    this._host.socket.pause?.()
    // A client that answers pings must not count as dead, so a pause is shorter than the timeout of the heartbeat.
    this._cancelPause = timers.after(Math.min(LONGEST_PAUSE, heartbeat.timeout / 2), () => {
      this._read()
      this._host.onStalled()
    })
  }

  private _read(): void {
    if (!this._cancelPause) return
    this._cancelPause()
    this._cancelPause = undefined
    this._host.socket.resume?.()
  }
}
