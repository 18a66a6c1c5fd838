/** A socket of `ws` in the test's hands: what the node sends is kept, what the client says is said by the test. */

import { EventEmitter } from 'node:events'
import type { NodeSocket } from '../../src/connection/socket.ts'

/** Any frame of the protocol; tests look at what they mean. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Frame = Record<string, any>

export interface ScriptedSocket extends NodeSocket {
  bufferedAmount: number
  /** Whether what the node sends stays in the buffer. */
  stuck: boolean
  /** Frames that the node has sent, oldest first. */
  readonly frames: Frame[]
  /** As they were sent. */
  readonly texts: string[]
  readonly pings: number
  /** With which code and reason the node has closed. */
  readonly closed: { code: number; reason: string } | undefined
  readonly terminated: boolean
  /** The client says it; text as it is, the rest as JSON. */
  say(frame: unknown): void
  binary(data: Buffer): void
  pong(): void
  /** The client pings. */
  ping(data?: string): void
  /** The link ends at the node's end. */
  end(code?: number, reason?: string): void
  /** Frames of a kind. */
  of(kind: string): Frame[]
}

/** @param protocol '' for a plain client */
export const scriptedSocket = (protocol = 'holdfast.v1.json'): ScriptedSocket => {
  const events = new EventEmitter()
  const texts: string[] = []
  let closed: ScriptedSocket['closed']
  let ended = false
  const end = (code: number, reason: string): void => {
    if (ended) return
    ended = true
    events.emit('close', code, Buffer.from(reason))
  }
  const socket = {
    protocol,
    bufferedAmount: 0,
    pings: 0,
    terminated: false,
    texts,
    get frames() {
      return texts.map((text) => JSON.parse(text) as Frame)
    },
    get closed() {
      return closed
    },
    stuck: false,
    send: (data: string | Buffer) => {
      const text = data.toString()
      texts.push(text)
      if (socket.stuck) socket.bufferedAmount += text.length
    },
    /** The node pings without data, the client with. */
    ping: (data?: string) => {
      if (data === undefined) socket.pings++
      else events.emit('ping', Buffer.from(data))
    },
    close: (code: number, reason: string) => {
      closed ??= { code, reason }
    },
    terminate: () => {
      socket.terminated = true
      end(1006, '')
    },
    on: (event: string, listener: (...given: never[]) => void) => events.on(event, listener as () => void),
    say: (frame: unknown) => {
      if (!ended) events.emit('message', Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)), false)
    },
    binary: (data: Buffer) => void events.emit('message', data, true),
    pong: () => void events.emit('pong', Buffer.alloc(0)),
    end: (code = 1006, reason = '') => end(code, reason),
    of: (kind: string) => socket.frames.filter(({ t }) => t === kind),
  }
  return socket as unknown as ScriptedSocket
}
