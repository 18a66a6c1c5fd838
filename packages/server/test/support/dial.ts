/** A client on a real socket of `ws`, without a client library: it records the frames, and a test can wait for one. */

import { onTestFinished } from 'vitest'
import type { ClientOptions } from 'ws'
import { WebSocket } from 'ws'
import type { Frame } from './scriptedSocket.ts'

export interface TestClient {
  readonly socket: WebSocket
  /** The received frames, parsed. */
  readonly frames: Frame[]
  /** Sends text as it is, other values as JSON. */
  send(frame: unknown): void
  /** Resolves with the next frame of a kind that was not returned before. @param kind `'*'` for any */
  next(kind: string): Promise<Frame>
  /** Resolves when the socket has closed. */
  readonly closed: Promise<{ code: number; reason: string }>
}

export const SUBPROTOCOL = 'holdfast.v1.json'

/** Resolves when the socket is open. Rejects with the status of a refusal. */
export const dial = async (
  url: string,
  protocols: string[] = [SUBPROTOCOL],
  options: ClientOptions = {},
): Promise<TestClient> => {
  const socket = new WebSocket(url, protocols, options)
  const frames: Frame[] = []
  const unread: Frame[] = []
  const waiting: { kind: string; resolve: (frame: Frame) => void }[] = []
  onTestFinished(() => socket.terminate())
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Frame
    frames.push(frame)
    const index = waiting.findIndex(({ kind }) => kind === frame['t'] || kind === '*')
    if (index < 0) unread.push(frame)
    else waiting.splice(index, 1)[0]!.resolve(frame)
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
    socket.on('unexpected-response', (_, response) => {
      reject(new Error(`status ${response.statusCode}`))
      socket.terminate()
    })
  })
  return {
    socket,
    frames,
    closed,
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    next: (kind) => {
      const index = unread.findIndex(({ t }) => t === kind || kind === '*')
      if (index >= 0) return Promise.resolve(unread.splice(index, 1)[0]!)
      return new Promise((resolve) => waiting.push({ kind, resolve }))
    },
  }
}

/** Dials, sends `hello`, and resolves with the `welcome`. */
export const openSession = async (
  url: string,
  hello: Frame = {},
  options: ClientOptions = {},
): Promise<TestClient & { welcome: Frame }> => {
  const client = await dial(url, [SUBPROTOCOL], options)
  client.send({ t: 'hello', v: 1, ...hello })
  return { ...client, welcome: await client.next('welcome') }
}
