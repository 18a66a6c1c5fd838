/** The phase between an open socket and an open connection, in which the option `onConnect` authenticates or subscribes. */

import { reasonOf } from '../base/listeners.ts'
import type { RawOutgoing } from '../transport/frame.ts'
import type { TransportLink } from '../transport/transport.ts'

/** A connection before the queue is sent and `open` is emitted. */
export interface NewConnection<In = unknown, Out = unknown> {
  /** Sends now, before all queued messages. @throws EncodeError, or the reason of `signal` if the connection has ended */
  send(message: Out): void
  /** Resolves with the next message, which is then not emitted. Rejects when the connection or `onConnect` ends. */
  receive(): Promise<In>
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal
}

interface Encoder {
  /** @throws EncodeError */
  encode(message: unknown): RawOutgoing
}

export interface ConnectPhase {
  /** Calls `onConnect`. @throws (rejects) what it throws */
  run(onConnect: (connection: NewConnection) => unknown): Promise<void>
  /** Returns true if `receive()` waits for a message. It gets this one. */
  takes(message: unknown): boolean
}

/** @param signal aborts when the connection ends */
export const createConnectPhase = (link: TransportLink, signal: AbortSignal, codec: Encoder): ConnectPhase => {
  let readers: { resolve(message: unknown): void; reject(reason: unknown): void }[] | undefined = []
  /** Why `receive()` rejects. */
  let endReason: unknown
  const end = (reason: unknown): void => {
    if (!readers) return
    for (const { reject } of readers) reject(reason)
    readers = undefined
    endReason = reason
  }
  const connection: NewConnection = {
    send: (message) => {
      if (signal.aborted) throw reasonOf(signal)
      link.send(codec.encode(message))
    },
    receive: () => {
      const message = new Promise((resolve, reject) => {
        if (readers) readers.push({ resolve, reject })
        else reject(endReason)
      })
      message.catch(() => {}) // of two that wait, `onConnect` awaits one: an unhandled rejection ends a Node process
      return message
    },
    signal,
  }
  signal.addEventListener('abort', () => end(reasonOf(signal)))
  return {
    run: async (onConnect) => {
      try {
        await onConnect(connection)
      } finally {
        end(new Error('onConnect has finished'))
      }
    },
    takes: (message) => {
      const reader = readers?.shift()
      reader?.resolve(message)
      return !!reader
    },
  }
}
