/**
 * Sockets that stand in for the platform's: for the core a session is a `WebSocket` that opens after `welcome` and carries messages.
 * Here is how the subprotocol is offered, and how a server that does not speak it is found out.
 */

import type { CloseInfo } from '../transport/closeCodes.ts'
import { check } from '../base/errors.ts'
import type { LinkOptions } from '../transport/link.ts'

/** Offered behind the user's own. */
const PROTOCOL = 'holdfast.v1.json'
/** What the link is closed with when the client goes but means to come back, so that the server keeps the session: 1000 would end it. */
const AWAY = 4004

/** The core holds it as a `WebSocket`, and sets its handlers. */
export interface StandIn {
  onopen?: (() => void) | null
  onmessage?: ((event: { data: unknown }) => void) | null
  onclose?:
    | ((event: { code: number; reason: string; wasClean?: boolean; verdict?: Partial<CloseInfo> | undefined }) => void)
    | null
  onerror?: ((event: unknown) => void) | null
  /** The platform socket behind it. */
  readonly platform: WebSocket
  /** The core may send from now on. */
  ready(): void
}

export interface Host {
  /** Whether the client wants no connection any more. */
  leaving(): boolean
  /** A socket has opened and speaks our protocol, or plain. */
  opened(stand: StandIn, ours: boolean): void
  /** A frame of a server that speaks our protocol. */
  hear(data: unknown): void
  /** What the core sends. @throws to refuse it */
  wrap(frame: unknown): string
  /** The present link is over, of itself or, without a `code`, because the core has let go of it. Gives how the end of one of ours is to be read. */
  over(code?: number, reason?: string): { reason: string; verdict: Partial<CloseInfo> | undefined } | undefined
}

export interface StandIns {
  /** A constructor. */
  WebSocket: NonNullable<LinkOptions['WebSocket']>
  /** Forgets that the server seemed not to speak it. */
  forget(): void
}

const release = (socket: WebSocket): void => {
  socket.onopen = socket.onmessage = socket.onclose = null
  socket.onerror = () => {}
}

/** @param options is read at each dial */
export const createStandIns = (options: LinkOptions, host: Host): StandIns => {
  /** Whether a dial offers the protocol: not where an offer has just failed, which may be its own fault. The next dial is to find out. */
  let offers = true
  /** It is known whether the server speaks it: it said `welcome`, or opened without the offer right before and after it failed with it. */
  let known = false

  const open = function (url: string, protocols: string | string[]): StandIn {
    let socket!: WebSocket
    let ready = false
    let ours = false
    /** Opened without the offer, so the server is there; the offer is being tried once more. */
    let again = false

    const connect = (offer: boolean): void => {
      const { WebSocket: Platform = globalThis.WebSocket, binaryType } = options
      check('WebSocket', Platform, Platform, 'a constructor')
      if (socket) release(socket)
      let opened = false
      /** It goes on without the offer: nobody has to hear that it failed. */
      const excused = (): boolean => offer && again && !opened
      socket = new Platform(url, offer ? [protocols, PROTOCOL].flat() : protocols) as WebSocket
      if (binaryType) socket.binaryType = binaryType
      socket.onopen = () => {
        opened = true
        if (!offer && !known && !again) {
          again = true
          socket.close()
          return connect(true)
        }
        offers = offer
        known ||= !offer
        ours = socket.protocol === PROTOCOL
        host.opened(stand, ours)
        if (!ours) stand.ready()
      }
      socket.onmessage = (event) => (ours ? host.hear(event.data) : stand.onmessage?.(event))
      socket.onerror = (event) => excused() || stand.onerror?.(event)
      socket.onclose = ({ code, reason, wasClean }) => {
        if (excused()) return connect(false)
        if (!known) offers = !offer || opened
        stand.onclose?.({ code, wasClean, reason, ...host.over(code, reason) })
      }
      if (socket.readyState === 1) socket.onopen({} as Event) // some stand-ins are open from the start
    }

    const stand = {
      get platform() {
        return socket
      },
      get readyState() {
        return ready ? socket.readyState : 0
      },
      get bufferedAmount() {
        return socket.bufferedAmount
      },
      get protocol() {
        return socket.protocol
      },
      ready: () => {
        known ||= ours
        ready = true
        stand.onopen?.()
      },
      send: (frame: string) => socket.send(ours ? host.wrap(frame) : frame),
      close: (code: number, reason?: string) => {
        host.over()
        if (!stand.onclose) release(socket) // S4: what a link says that was given up is not heard
        socket.close(ours && code === 1000 && !host.leaving() ? AWAY : code, reason)
      },
    } as StandIn & { send(frame: unknown): void; close(code: number, reason?: string): void }
    connect(offers)
    return stand
  }

  return {
    WebSocket: open as never,
    forget: () => {
      known &&= offers // once welcomed, always believed
      offers = true
    },
  }
}
