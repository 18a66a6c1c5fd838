/** Messages that wait for a connection, and the count of their bytes. */

import { type Queue, type QueueRules, createQueue } from '../messaging/queue.ts'
import { type RawOutgoing, byteLength } from '../transport/frame.ts'
import type { Message, Settings } from './options.ts'

/** The bytes of this moment (WHATWG): a program may reuse its buffer. Text and blobs cannot change. */
const copyOf = (frame: RawOutgoing): Message => {
  const { buffer = frame as ArrayBuffer, byteOffset = 0, byteLength } = frame as Partial<ArrayBufferView<ArrayBuffer>>
  return byteLength === undefined ? frame : buffer.slice(byteOffset, byteOffset + byteLength)
}

/** It outlives a connection and a `close()`. */
export class SendQueue {
  /** Of the messages that wait, and of those that one-shot mode has discarded. */
  bytes = 0
  /** `close()` was called: the next message is reported. */
  isClosed = false
  /** Created with the first message that waits. */
  private _queue: Queue<Message> | undefined
  private readonly _rules: QueueRules
  private _hasWarned = false

  constructor({ maxEnqueuedMessages: limit, maxEnqueuedBytes: bytes }: Settings) {
    this._rules = { limit, bytes, ttl: Infinity }
  }

  /**
   * The first refusal of a run is printed, unless the queue is off.
   *
   * @param isDiscarded only count its bytes (WHATWG)
   */
  push(frame: RawOutgoing, isDiscarded: boolean): void {
    const { limit } = this._rules
    const queue = (this._queue ??= createQueue(this._rules, () => {}))
    const copy = isDiscarded ? frame : copyOf(frame)
    const isQueued = isDiscarded || queue.push(copy, copy, 0)
    if (isQueued) this.bytes += byteLength(frame)
    else if (!this._hasWarned && limit) {
      const name = queue.size() < limit ? 'maxEnqueuedBytes' : 'maxEnqueuedMessages'
      console.warn(`ReconnectingWebSocket: messages beyond ${name} are dropped`)
    }
    this._hasWarned = !isQueued
    if (this.isClosed && !isDiscarded) console.warn('ReconnectingWebSocket: send() after close() waits for reconnect()')
    this.isClosed = false
  }

  /** Removes the messages in order, as long as they are accepted. */
  take(accepts: (message: Message) => unknown): void {
    for (let next; (next = this._queue?.first(0)) && accepts(next.message);) {
      this._queue!.shift()
      this.bytes -= next.bytes
    }
  }

  drain(): Message[] {
    const messages: Message[] = []
    this.take((message) => messages.push(message))
    return messages
  }
}
