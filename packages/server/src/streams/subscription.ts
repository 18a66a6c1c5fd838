/** One client in one stream. While the client joins, live messages are buffered. Afterwards they are sent directly. */

import { TextFrame } from '../connection/textFrame.ts'
import type { Limits } from '../context/limits.ts'
import type { Position, StoredMessage } from '../store/store.ts'

/** Sends the messages of streams to a client, in the format of that client. */
export interface Sink {
  /** @param frame the `msg` frame. A plain client receives only the data */
  message(frame: TextFrame, data: string): void
  /** Sends the messages of a stream that the client has missed. */
  replay(stream: string, messages: readonly StoredMessage[]): void
  /** The stream continues from another position, and the messages before it are lost. */
  reset(stream: string, position: Position, reason: string): void
}

interface BufferedMessage {
  epoch: string
  message: StoredMessage
  frame: TextFrame
}

export class Subscription {
  readonly stream: string
  readonly sink: Sink
  /** True when the history that was read does not fit the live messages any more and must be read again. */
  isStale = false
  /** Whether `join` was emitted for it, and not `leave`. */
  isJoined: boolean
  private readonly _limits: Pick<Limits, 'replayMessages' | 'replayBytes'>
  private _epoch = ''
  private _offset = 0
  private _buffer: BufferedMessage[] | undefined = undefined
  private _bytes = 0

  /**
   * @param limits of what is buffered. Beyond them the history must be read again
   * @param isJoined whether it replaces a subscription that was joined
   */
  constructor(stream: string, sink: Sink, limits: Pick<Limits, 'replayMessages' | 'replayBytes'>, isJoined = false) {
    this.isJoined = isJoined
    this.stream = stream
    this.sink = sink
    this._limits = limits
  }

  /** Buffers live messages from now on. Called before each read of the history. */
  startBuffering(): void {
    this._buffer = []
    this._bytes = 0
    this.isStale = false
  }

  /** Compares the history that was read with the buffer: messages of another epoch arrive when the store lost its data meanwhile. */
  checkHistory({ epoch }: Position): void {
    if (this._buffer?.some((buffered) => buffered.epoch !== epoch)) this.isStale = true
  }

  /** Receives a message of the stream, in order. It may have been received before. */
  receive(epoch: string, message: StoredMessage, frame: TextFrame): void {
    const buffer = this._buffer
    if (buffer) {
      this._bytes += message.data.length
      const { replayMessages, replayBytes } = this._limits
      const fits = buffer.length < replayMessages && this._bytes <= replayBytes
      if (fits) buffer.push({ epoch, message, frame }) // R1
      else this.isStale = true
      return
    }
    if (epoch === this._epoch && message.offset <= this._offset) return // R1
    this._epoch = epoch
    this._offset = message.offset
    this.sink.message(frame, message.data)
  }

  /** Continues from another position. */
  reset(position: Position, reason: string): void {
    if (this._buffer) {
      this.isStale = true
      return
    }
    if (position.epoch === this._epoch && position.offset <= this._offset) return
    this._setPosition(position)
    this.sink.reset(this.stream, position, reason)
  }

  /** Continues from a position: sends the buffered messages, then the live ones. */
  goLive(position: Position): void {
    const buffered = this._buffer ?? []
    this._buffer = undefined
    this._setPosition(position)
    for (const { epoch, message, frame } of buffered) {
      if (epoch === this._epoch) this.receive(epoch, message, frame)
    }
  }

  private _setPosition({ epoch, offset }: Position): void {
    this._epoch = epoch
    this._offset = offset
  }
}

/** Encodes the `msg` frame, once for all subscribers. */
export const messageFrame = (stream: string, { offset, data }: StoredMessage, replayed = false): TextFrame =>
  new TextFrame(`{"t":"msg","s":${JSON.stringify(stream)},"off":${offset},"d":${data}${replayed ? ',"re":1' : ''}}`)
