/** Scripted links between real clients and real nodes: frames take time, get lost with the link, or vanish without a word. */

import { EventEmitter } from 'node:events'
import type { SimClock } from './simClock.ts'

type Direction = 'up' | 'down'

/** What of `ws`'s WebSocket a node sees. */
export interface ServerEnd extends EventEmitter {
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
  /** Both ends learn of it, after what of each direction is not lost has arrived. */
  cut(): void
  /** From now on nothing arrives in these directions, and nobody learns of it. */
  swallow(direction: 'up' | 'down' | 'both'): void
  /** Frames take so long from now on, in ms. */
  slow(direction: 'up' | 'down', latency: number): void
}

export interface SimNetwork {
  readonly WebSocket: new (url: string, protocols?: string | string[]) => WebSocket
  /** The newest is the last. */
  readonly links: readonly SimLink[]
  /** Who answers dials; undefined refuses them. */
  listen(accept: ((socket: ServerEnd) => void) | undefined): void
  /** Longest that a frame takes on links to come, in ms. */
  latency: number
  /** Hears every frame that a client sends, and that reaches one. */
  watch(watcher: FrameWatcher): void
  /** Frames to clients for which this says so get lost, though the link lives: no network does that, but a faulty relay or server may. */
  lose(which: ((frame: string) => boolean) | undefined): void
  /** The next message of a stream, or the next delivery, arrives twice: as `lose`, a fault of what lies between. */
  double(direction: Direction): void
  /** A link without a client of ours: for those who mean harm. */
  raw(hear: (frame: string) => void): { send(frame: string): void; close(): void }
}

export interface FrameWatcher {
  up(frame: string, link: number): void
  down(frame: string, link: number): void
  /** A frame reaches the platform socket of a link, though the client may have given that up. */
  arrives(link: number): void
}

export const createSimNetwork = (clock: SimClock): SimNetwork => {
  const links: SimLink[] = []
  let watcher: FrameWatcher | undefined
  let lost: ((frame: string) => boolean) | undefined
  let doubling = false
  let doublingUp = false
  let accept: ((socket: ServerEnd) => void) | undefined
  const network = {
    latency: 50,
    links,
    listen: (next: typeof accept) => {
      accept = next
    },
    watch: (next: FrameWatcher) => {
      watcher = next
    },
    lose: (which: typeof lost) => {
      lost = which
    },
    double: (direction: Direction) => {
      if (direction === 'up') doublingUp = true
      else doubling = true
    },
    raw: (hear: (frame: string) => void) => {
      const end = new ClientEnd('ws://raw', ['holdfast.v1.json'])
      connect(end, false)
      end.onmessage = ({ data }) => hear(data)
      const waiting: string[] = []
      end.onopen = () => waiting.forEach((frame) => end.send(frame))
      return {
        send: (frame: string) => (end.readyState === 1 ? end.send(frame) : void waiting.push(frame)),
        close: () => end.close(1000),
      }
    },
  }

  const connect = (client: ClientEnd, ours = true): void => {
    const number = links.length
    /** Ends of each direction: frames on their way, in order. */
    const flights = { up: createFlight(), down: createFlight() }
    let closedUp = false
    let closedDown = false
    const server = Object.assign(new EventEmitter(), {
      readyState: 1,
      bufferedAmount: 0,
      protocol: client.offered.includes('holdfast.v1.json') ? 'holdfast.v1.json' : '',
      send: (text: string | Buffer) => {
        const data = text.toString()
        if (ours && lost?.(data)) return
        if (doubling && ours && data.startsWith('{"t":"msg"')) {
          doubling = false
          server.send(data)
        }
        fly('down', () => {
          if (ours && client.readyState === 1 && client.onmessage) watcher?.down(data, number)
          if (ours) watcher?.arrives(number)
          client.hear(data)
        })
      },
      ping: () => fly('down', () => fly('up', () => server.emit('pong'))),
      close: (code = 1005, reason = '') => {
        if (server.readyState >= 2) return
        server.readyState = 2
        fly('down', () => {
          client.end(code, reason, true)
          fly('up', () => endServer(code, reason))
        })
      },
      terminate: () => {
        endServer(1006, '')
        fly('down', () => client.end(1006, '', false))
      },
    })
    const endServer = (code: number, reason: string): void => {
      if (closedUp) return
      closedUp = true
      server.readyState = 3
      server.emit('close', code, Buffer.from(reason))
    }

    function createFlight() {
      return {
        latency: () => clock.random() * network.latency,
        swallowed: false,
        last: 0,
        frames: [] as { arrive: () => void; handle: unknown }[],
      }
    }
    const fly = (direction: Direction, arrive: () => void): void => {
      const flight = flights[direction]
      if (flight.swallowed || (direction === 'up' ? closedUp : closedDown)) return
      flight.last = Math.max(flight.last, clock.now() + flight.latency())
      const frame = { arrive, handle: undefined as unknown }
      frame.handle = clock.setTimeout(() => {
        flight.frames.splice(flight.frames.indexOf(frame), 1)
        arrive()
      }, flight.last - clock.now())
      flight.frames.push(frame)
    }

    const link: SimLink = {
      get alive() {
        return client.readyState <= 1 || server.readyState <= 1
      },
      cut: () => {
        for (const direction of ['up', 'down'] as const) {
          const flight = flights[direction]
          const kept = Math.floor(clock.random() * (flight.frames.length + 1))
          for (const { handle } of flight.frames.splice(kept)) clock.clearTimeout(handle)
          const { swallowed } = flight
          flight.swallowed = false
          fly(direction, direction === 'up' ? () => endServer(1006, '') : () => client.end(1006, '', false))
          // A direction that was dead delivers nothing more, but its end learns of the cut.
          if (swallowed)
            for (const { handle } of flight.frames.splice(0, flight.frames.length - 1)) clock.clearTimeout(handle)
          flight.swallowed = true
        }
      },
      swallow: (direction) => {
        if (direction !== 'down') flights.up.swallowed = true
        if (direction !== 'up') flights.down.swallowed = true
      },
      slow: (direction, latency) => {
        flights[direction].latency = () => latency
      },
    }
    links.push(link)

    client.attach({
      send: (data) => {
        if (ours) watcher?.up(data, number)
        if (doublingUp && ours && data.startsWith('{"t":"send"')) {
          doublingUp = false
          fly('up', () => {
            if (server.readyState === 1) server.emit('message', Buffer.from(data), false)
          })
        }
        fly('up', () => {
          if (server.readyState === 1) server.emit('message', Buffer.from(data), false)
        })
      },
      close: (code, reason) => {
        fly('up', () => {
          endServer(code, reason)
          fly('down', () => client.end(code, reason, true))
        })
      },
      ended: () => {
        closedDown = true
      },
    })
    fly('up', () => {
      if (!accept) return fly('down', () => client.end(1006, '', false))
      const welcome = accept
      fly('down', () => client.open(server.protocol))
      welcome(server as ServerEnd)
    })
  }

  return Object.assign(network, {
    WebSocket: class extends ClientEnd {
      constructor(url: string, protocols: string | string[] = []) {
        super(url, [protocols].flat())
        connect(this)
      }
    } as unknown as SimNetwork['WebSocket'],
  })
}

interface Wire {
  send(data: string): void
  close(code: number, reason: string): void
  ended(): void
}

/** What the client holds, in the order of events of WHATWG WebSockets. */
class ClientEnd {
  readyState = 0
  bufferedAmount = 0
  protocol = ''
  binaryType = 'blob'
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onerror: ((event: object) => void) | null = null
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null
  readonly url: string
  readonly offered: readonly string[]
  #wire: Wire | undefined

  constructor(url: string, offered: readonly string[]) {
    this.url = url
    this.offered = offered
  }
  attach(wire: Wire): void {
    this.#wire = wire
  }
  open(protocol: string): void {
    if (this.readyState !== 0) return
    this.readyState = 1
    this.protocol = protocol
    this.onopen?.()
  }
  hear(data: string): void {
    // As `ws` does: what arrives while it is closing is told, too.
    if (this.readyState === 1 || this.readyState === 2) this.onmessage?.({ data })
  }
  end(code: number, reason: string, wasClean: boolean): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.#wire?.ended()
    if (code === 1006) this.onerror?.({})
    this.onclose?.({ code, reason, wasClean })
  }
  send(data: string): void {
    if (this.readyState === 1) this.#wire?.send(data)
  }
  close(code = 1005, reason = ''): void {
    if (this.readyState >= 2) return
    this.readyState = 2
    this.#wire?.close(code, reason)
  }
}
