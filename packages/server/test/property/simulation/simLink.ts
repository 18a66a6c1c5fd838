/** One scripted connection between a client socket and a node: frames take time, get lost with the link, or disappear unnoticed. */

import { EventEmitter } from 'node:events'
import type { SimClock } from './simClock.ts'
import type { SimWebSocket } from './simWebSocket.ts'

/** `up` is from the client to the node. */
export type Direction = 'up' | 'down'

/** The part of `ws`'s WebSocket that a node uses. */
export interface ServerSocket extends EventEmitter {
  readonly readyState: number
  readonly bufferedAmount: number
  readonly protocol: string
  send(data: string | Buffer): void
  ping(): void
  close(code?: number, reason?: string): void
  terminate(): void
}

export interface SimLink {
  readonly alive: boolean
  /** Ends the link. A random part of the frames in flight still arrives, then both ends notice. */
  cut(): void
  /** Drops all later frames in these directions, unnoticed by both ends. */
  swallow(direction: Direction | 'both'): void
  /** Sets the latency of later frames, in ms. */
  slow(direction: Direction, latency: number): void
}

export interface SimLinkOptions {
  clock: SimClock
  client: SimWebSocket
  /** Draws the latency of a frame, in ms. */
  latency(): number
  /** Observes a frame that the client sends. */
  onUp(data: string): void
  /** Observes a frame that arrives at the client. @param isHeard whether the client still listens to this socket */
  onDown(data: string, isHeard: boolean): void
  /** How often a frame is sent: 0 loses it, 2 sends it twice. */
  copies(direction: Direction, data: string): number
  /** Accepts the connection at the node. Undefined refuses it. Asked when the dial arrives. */
  accept(): ((socket: ServerSocket) => void) | undefined
}

const SUBPROTOCOL = 'holdfast.v1.json'

export const createSimLink = (options: SimLinkOptions): SimLink => {
  const { clock, client } = options
  const createFlight = () => ({
    latency: options.latency,
    isSwallowed: false,
    lastArrival: 0,
    frames: [] as { handle: unknown }[],
  })
  /** By direction: the frames in flight, in order. */
  const flights = { up: createFlight(), down: createFlight() }
  let isServerClosed = false
  let isClientClosed = false

  const transmit = (direction: Direction, arrive: () => void): void => {
    const flight = flights[direction]
    if (flight.isSwallowed || (direction === 'up' ? isServerClosed : isClientClosed)) return
    flight.lastArrival = Math.max(flight.lastArrival, clock.now() + flight.latency())
    const frame = { handle: undefined as unknown }
    frame.handle = clock.setTimeout(() => {
      flight.frames.splice(flight.frames.indexOf(frame), 1)
      arrive()
    }, flight.lastArrival - clock.now())
    flight.frames.push(frame)
  }
  const endServer = (code: number, reason: string): void => {
    if (isServerClosed) return
    isServerClosed = true
    server.readyState = 3
    server.emit('close', code, Buffer.from(reason))
  }
  const server = Object.assign(new EventEmitter(), {
    readyState: 1,
    bufferedAmount: 0,
    protocol: client.offeredProtocols.includes(SUBPROTOCOL) ? SUBPROTOCOL : '',
    send: (text: string | Buffer) => {
      const data = text.toString()
      for (let copy = options.copies('down', data); copy--;) {
        transmit('down', () => {
          options.onDown(data, client.readyState === 1 && !!client.onmessage)
          client.receive(data)
        })
      }
    },
    ping: () => transmit('down', () => transmit('up', () => server.emit('pong'))),
    close: (code = 1005, reason = '') => {
      if (server.readyState >= 2) return
      server.readyState = 2
      transmit('down', () => {
        client.end(code, reason, true)
        transmit('up', () => endServer(code, reason))
      })
    },
    terminate: () => {
      endServer(1006, '')
      transmit('down', () => client.end(1006, '', false))
    },
  })

  client.attach({
    send: (data) => {
      options.onUp(data)
      for (let copy = options.copies('up', data); copy--;) {
        transmit('up', () => {
          if (server.readyState === 1) server.emit('message', Buffer.from(data), false)
        })
      }
    },
    close: (code, reason) => {
      transmit('up', () => {
        endServer(code, reason)
        transmit('down', () => client.end(code, reason, true))
      })
    },
    ended: () => {
      isClientClosed = true
    },
  })
  transmit('up', () => {
    const accept = options.accept()
    if (!accept) return transmit('down', () => client.end(1006, '', false))
    transmit('down', () => client.open(server.protocol))
    accept(server)
  })

  return {
    get alive() {
      return client.readyState <= 1 || server.readyState <= 1
    },
    cut: () => {
      for (const direction of ['up', 'down'] as const) {
        const flight = flights[direction]
        const kept = Math.floor(clock.random() * (flight.frames.length + 1))
        for (const { handle } of flight.frames.splice(kept)) clock.clearTimeout(handle)
        const wasSwallowed = flight.isSwallowed
        flight.isSwallowed = false
        transmit(direction, direction === 'up' ? () => endServer(1006, '') : () => client.end(1006, '', false))
        // A direction that was swallowed delivers no frame, but its end notices the cut.
        if (wasSwallowed)
          for (const { handle } of flight.frames.splice(0, flight.frames.length - 1)) clock.clearTimeout(handle)
        flight.isSwallowed = true
      }
    },
    swallow: (direction) => {
      if (direction !== 'down') flights.up.isSwallowed = true
      if (direction !== 'up') flights.down.isSwallowed = true
    },
    slow: (direction, latency) => {
      flights[direction].latency = () => latency
    },
  }
}
