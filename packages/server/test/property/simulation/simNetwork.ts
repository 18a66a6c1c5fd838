/** The scripted network between clients and nodes. */

import type { SimClock } from './simClock.ts'
import { type Direction, type ServerSocket, type SimLink, createSimLink } from './simLink.ts'
import { SimWebSocket } from './simWebSocket.ts'

export interface SimNetwork {
  /** For the option `WebSocket` of the client. */
  readonly WebSocket: new (url: string, protocols?: string | string[]) => WebSocket
  /** All links, the newest last. */
  readonly links: readonly SimLink[]
  /** Sets the function that accepts connections. Undefined refuses them. */
  listen(accept: ((socket: ServerSocket) => void) | undefined): void
  /** The longest latency of a frame on new links, in ms. */
  latency: number
  /** Observes all frames of the client. */
  watch(watcher: FrameWatcher): void
  /** Loses the frames to clients that the function selects. No network does that, but a faulty relay or server may. */
  lose(isLost: ((frame: string) => boolean) | undefined): void
  /** Sends the next message of a stream, or the next delivery, twice. Also a fault of a relay, not of a network. */
  double(direction: Direction): void
  /** Opens a link without a client, for attackers. It is neither watched nor disturbed. */
  raw(onFrame: (frame: string) => void): { send(frame: string): void; close(): void }
}

export interface FrameWatcher {
  /** The client sent a frame. */
  up(frame: string, link: number): void
  /** The client received a frame. */
  down(frame: string, link: number): void
  /** A frame reached the socket of a link, although the client may have given it up. */
  arrives(link: number): void
}

/** The frames that `double` repeats. */
const REPEATABLE = { up: '{"t":"send"', down: '{"t":"msg"' }

export const createSimNetwork = (clock: SimClock): SimNetwork => {
  const links: SimLink[] = []
  let watcher: FrameWatcher | undefined
  let isLost: ((frame: string) => boolean) | undefined
  const mustDouble = { up: false, down: false }
  let accept: ((socket: ServerSocket) => void) | undefined

  const copies = (direction: Direction, data: string): number => {
    if (direction === 'down' && isLost?.(data)) return 0
    if (!mustDouble[direction] || !data.startsWith(REPEATABLE[direction])) return 1
    mustDouble[direction] = false
    return 2
  }
  const connect = (client: SimWebSocket, isRaw: boolean): void => {
    const number = links.length
    const link = createSimLink({
      clock,
      client,
      latency: () => clock.random() * network.latency,
      onUp: (data) => {
        if (!isRaw) watcher?.up(data, number)
      },
      onDown: (data, isHeard) => {
        if (isRaw) return
        if (isHeard) watcher?.down(data, number)
        watcher?.arrives(number)
      },
      copies: (direction, data) => (isRaw ? 1 : copies(direction, data)),
      accept: () => accept,
    })
    links.push(link)
  }
  /** Called with `new`, so it returns the socket in place of its own object. */
  function createClientSocket(url: string, protocols: string | string[] = []): SimWebSocket {
    const socket = new SimWebSocket(url, [protocols].flat())
    connect(socket, false)
    return socket
  }
  const network: SimNetwork = {
    WebSocket: createClientSocket as unknown as SimNetwork['WebSocket'],
    latency: 50,
    links,
    listen: (next) => {
      accept = next
    },
    watch: (next) => {
      watcher = next
    },
    lose: (next) => {
      isLost = next
    },
    double: (direction) => {
      mustDouble[direction] = true
    },
    raw: (onFrame) => {
      const socket = new SimWebSocket('ws://raw', ['holdfast.v1.json'])
      connect(socket, true)
      socket.onmessage = ({ data }) => onFrame(data)
      const waiting: string[] = []
      socket.onopen = () => waiting.forEach((frame) => socket.send(frame))
      return {
        send: (frame) => (socket.readyState === 1 ? socket.send(frame) : void waiting.push(frame)),
        close: () => socket.close(1000),
      }
    },
  }
  return network
}
