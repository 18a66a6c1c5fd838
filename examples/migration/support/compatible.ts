/** What the guides from the two reconnecting classes share: one behaviour per function, for the published class and for ours. */

import type { FaultyServer } from './faultyServer.ts'
import type { Stage } from './page.ts'
import { PageSocket } from './pageSocket.ts'

/** The part of the classes that these tests use. */
export interface Socket {
  onopen: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  readonly url: string
  readonly readyState: number
  close(code?: number, reason?: string): void
  reconnect(code?: number, reason?: string): void
}
export type Create = (url: string) => Socket

export interface Opened {
  socket: Socket
  server: FaultyServer
  closes: { code: number; wasClean: boolean }[]
}

/** Creates a socket with a server of its own. */
export const connect = async (stage: Stage, create: Create): Promise<Opened> => {
  let socket: Socket | undefined
  const { server } = await stage.open((url) => {
    const created = create(url)
    socket = created
    return () => created.close()
  })
  const closes: Opened['closes'] = []
  socket!.onclose = ({ code, wasClean }: CloseEvent) => closes.push({ code, wasClean })
  return { socket: socket!, server, closes }
}

/** The waits before the first reconnect attempts to a server that refuses them, in ms. */
export const waits = async (stage: Stage, create: Create, count: number): Promise<number[]> => {
  const { socket, server } = await connect(stage, create)
  server.mode = 'refuse'
  server.reset()
  await stage.settle()
  const found: number[] = []
  while (found.length < count) {
    const before = PageSocket.all.length
    found.push(await stage.until(() => PageSocket.all.length > before))
  }
  socket.close()
  return found
}

/** How long the class waits for the answer to a handshake, in ms. */
export const dialTimeout = async (stage: Stage, create: Create): Promise<number> => {
  let fails = 0
  const { socket, server } = await connect(stage, create)
  server.mode = 'hang'
  server.reset()
  const before = PageSocket.all.length
  await stage.until(() => PageSocket.all.length > before)
  socket.onclose = () => void fails++
  return stage.until(() => fails > 0)
}
