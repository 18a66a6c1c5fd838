/** A scripted WebSocket of `ws`: it records what the node sends, and the test sends the frames of the client. */

import { EventEmitter } from 'node:events'
import type { NodeSocket } from '../../src/connection/socket.ts'

/** Any frame of the protocol. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Frame = Record<string, any>

export interface ScriptedSocket extends NodeSocket {
  bufferedAmount: number
  /** Whether frames of the node stay in the buffer. */
  stuck: boolean
  /** The frames that the node has sent, oldest first. */
  readonly frames: Frame[]
  /** The same frames as text. */
  readonly texts: string[]
  readonly pings: number
  /** The code and reason with which the node has closed the socket. */
  readonly closed: { code: number; reason: string } | undefined
  readonly terminated: boolean
  /** Whether the node has stopped reading. What the client sends meanwhile arrives afterwards. */
  readonly paused: boolean
  /** Delivers a frame of the client: text as it is, other values as JSON. */
  clientSends(frame: unknown): void
  /** Delivers a binary frame of the client. */
  binary(data: Buffer): void
  /** Delivers a pong of the client. */
  pong(): void
  /** Delivers a ping of the client. */
  ping(data?: string): void
  /** Ends the connection at the node. */
  end(code?: number, reason?: string): void
  /** The frames of one kind that the node has sent. */
  framesOf(kind: string): Frame[]
}

/** @param protocol '' for a plain client */
export const scriptedSocket = (protocol = 'holdfast.v1.json'): ScriptedSocket => {
  const events = new EventEmitter()
  const texts: string[] = []
  /** What the client has sent during a pause. */
  const unread: (() => void)[] = []
  const arrive = (event: () => void): void => {
    if (socket.paused) unread.push(event)
    else event()
  }
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
    paused: false,
    pause: () => {
      socket.paused = true
    },
    resume: () => {
      socket.paused = false
      while (!socket.paused && unread.length > 0) unread.shift()!()
    },
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
    /** The node pings without data. With data it is a ping of the client. */
    ping: (data?: string) => {
      if (data === undefined) socket.pings++
      else arrive(() => events.emit('ping', Buffer.from(data)))
    },
    close: (code: number, reason: string) => {
      closed ??= { code, reason }
    },
    terminate: () => {
      socket.terminated = true
      end(1006, '')
    },
    on: (event: string, listener: (...given: never[]) => void) => events.on(event, listener as () => void),
    clientSends: (frame: unknown) => {
      const data = Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame))
      arrive(() => {
        if (!ended) events.emit('message', data, false)
      })
    },
    binary: (data: Buffer) => arrive(() => events.emit('message', data, true)),
    pong: () => arrive(() => events.emit('pong', Buffer.alloc(0))),
    end: (code = 1006, reason = '') => end(code, reason),
    framesOf: (kind: string) => socket.frames.filter(({ t }) => t === kind),
  }
  return socket as unknown as ScriptedSocket
}
