/** One client in one stream. While the client joins, live messages are buffered. Afterwards they are sent directly. */

import { TextFrame } from '../connection/textFrame.ts'
import type { Position, StoredMessage } from '../store/store.ts'

/** Sends the messages of streams to a client, in the format of that client. */
export interface Sink {
  /** @param frame the `msg` frame. A plain client receives only the data */
  message(frame: TextFrame, data: string): void
  /** The stream continues from another position, and the messages before it are lost. */
  reset(stream: string, position: Position, reason: string): void
}

export interface Subscription {
  readonly stream: string
  readonly sink: Sink
  /** True when the history that was read does not fit the live messages any more and must be read again. */
  readonly isStale: boolean
  /** Buffers live messages from now on. Called before each read of the history. */
  startBuffering(): void
  /** Receives a message of the stream, in order. It may have been received before. */
  receive(epoch: string, message: StoredMessage, frame: TextFrame): void
  /** Continues from another position. */
  reset(position: Position, reason: string): void
  /** Continues from a position: sends the buffered messages, then the live ones. */
  goLive(position: Position): void
}

/** @param bufferLimits beyond them the history must be read again */
export const createSubscription = (
  stream: string,
  sink: Sink,
  bufferLimits: { messages: number; bytes: number },
): Subscription => {
  let epochNow = ''
  let offsetNow = 0
  let buffer: { epoch: string; message: StoredMessage; frame: TextFrame }[] | undefined
  let bytes = 0

  const setPosition = ({ epoch, offset }: Position): void => {
    epochNow = epoch
    offsetNow = offset
  }
  const subscription = {
    stream,
    sink,
    isStale: false,
    startBuffering: () => {
      buffer = []
      bytes = 0
      subscription.isStale = false
    },
    receive: (epoch: string, message: StoredMessage, frame: TextFrame) => {
      if (buffer) {
        bytes += message.data.length
        const fits = buffer.length < bufferLimits.messages && bytes <= bufferLimits.bytes
        if (fits) buffer.push({ epoch, message, frame }) // R1
        else subscription.isStale = true
        return
      }
      if (epoch === epochNow && message.offset <= offsetNow) return // R1
      epochNow = epoch
      offsetNow = message.offset
      sink.message(frame, message.data)
    },
    reset: (position: Position, reason: string) => {
      if (buffer) {
        subscription.isStale = true
        return
      }
      if (position.epoch === epochNow && position.offset <= offsetNow) return
      setPosition(position)
      sink.reset(stream, position, reason)
    },
    goLive: (position: Position) => {
      const buffered = buffer ?? []
      buffer = undefined
      setPosition(position)
      for (const { epoch, message, frame } of buffered) {
        if (epoch === epochNow) subscription.receive(epoch, message, frame)
      }
    },
  }
  return subscription
}

/** Encodes the `msg` frame, once for all subscribers. */
export const messageFrame = (stream: string, { offset, data }: StoredMessage, replayed = false): TextFrame =>
  new TextFrame(`{"t":"msg","s":${JSON.stringify(stream)},"off":${offset},"d":${data}${replayed ? ',"re":1' : ''}}`)
