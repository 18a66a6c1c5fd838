/** Real sockets of `ws` against a hub: what comes is kept, and can be waited for. */

import type { ClientOptions } from 'ws'
import { WebSocket } from 'ws'
import { onTestFinished } from 'vitest'
import type { Frame } from './scriptedSocket.ts'

export interface Dialled {
  readonly socket: WebSocket
  /** What came, parsed. */
  readonly frames: Frame[]
  say(frame: unknown): void
  /** The next frame of a kind, or one that has come already and was not asked for. */
  next(kind: string): Promise<Frame>
  /** How it ended. */
  readonly ended: Promise<{ code: number; reason: string }>
}

export const OURS = 'holdfast.v1.json'

/** Resolves when it is open; rejects with the status of a refusal. */
export const dial = async (
  url: string,
  protocols: string[] = [OURS],
  options: ClientOptions = {},
): Promise<Dialled> => {
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
  const ended = new Promise<{ code: number; reason: string }>((resolve) => {
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
    ended,
    say: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    next: (kind) => {
      const index = unread.findIndex(({ t }) => t === kind || kind === '*')
      if (index >= 0) return Promise.resolve(unread.splice(index, 1)[0]!)
      return new Promise((resolve) => waiting.push({ kind, resolve }))
    },
  }
}

/** Dials, says hello, and resolves when it is welcome. */
export const enter = async (
  url: string,
  hello: Frame = {},
  options: ClientOptions = {},
): Promise<Dialled & { welcome: Frame }> => {
  const dialled = await dial(url, [OURS], options)
  dialled.say({ t: 'hello', v: 1, ...hello })
  return { ...dialled, welcome: await dialled.next('welcome') }
}
