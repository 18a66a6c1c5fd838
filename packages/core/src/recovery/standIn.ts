/**
 * Sockets that stand in for the platform's: for the core a session is a `WebSocket` that opens after `welcome` and carries messages.
 * Here is how the subprotocol is offered, and how a server that does not speak it is found out.
 */

import type { CloseInfo } from '../closeCodes.ts'
import type { Socket } from '../link.ts'

/** Offered behind the user's own. */
export const PROTOCOL = 'holdfast.v1.json'
/** What the link is closed with when the client goes but means to come back, so that the server keeps the session: 1000 would end it. */
const AWAY = 4004

/** The core holds it as a `WebSocket`. */
export interface StandIn {
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string; wasClean: boolean; verdict?: Partial<CloseInfo> }) => void) | null
  onerror: ((event: unknown) => void) | null
  /** The platform socket behind it. */
  readonly platform: WebSocket
  /** Passes by `wrap`. */
  say(frame: string): void
  /** The core may send from now on. */
  ready(): void
}

export interface Host {
  /** Whether any server of this client's has ever said `welcome`. */
  welcomed(): boolean
  /** Whether the client wants no connection any more. */
  leaving(): boolean
  /** A socket has opened and speaks our protocol, or plain. */
  opened(stand: StandIn, ours: boolean): void
  /** A frame of a server that speaks our protocol. */
  hear(data: unknown): void
  /** What the core sends. @throws to refuse it */
  wrap(frame: unknown): unknown
  /** A link is over, of itself or because the core has let go of it. */
  over(stand: StandIn): void
  /** How an end is to be read. */
  judge(code: number, reason: string): { reason: string; verdict?: Partial<CloseInfo> }
}

type Platform = new (url: string, protocols: string[]) => Socket

export interface StandIns {
  open(Platform: Platform, url: string, protocols: string[]): StandIn
  /** Forgets what was found out of the server. */
  forget(): void
}

export const createStandIns = (host: Host): StandIns => {
  /** The server is known not to speak our protocol. */
  let plain = false
  /** An offer failed before opening, which may be its own fault: the next dial goes without, to find out. */
  let suspect = false

  const open = (Platform: Platform, url: string, protocols: string[]): StandIn => {
    let platform: WebSocket
    let binaryType: BinaryType | undefined
    let ready = false
    let ours = false
    /** Opened without the offer, so the server is there; the offer is being tried once more. */
    let again = false

    const release = (socket: WebSocket): void => {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.onerror = () => {}
    }

    const connect = (offer: boolean): void => {
      const socket = (platform = new Platform(url, offer ? [...protocols, PROTOCOL] : protocols) as WebSocket)
      let opened = false
      let failure: unknown
      if (binaryType) socket.binaryType = binaryType
      socket.onopen = () => {
        opened = true
        if (!offer && !plain && !again) {
          again = true
          release(socket)
          socket.close()
          return connect(true)
        }
        suspect = false
        plain = !offer
        ours = socket.protocol === PROTOCOL
        if (!ours) ready = true
        host.opened(stand, ours)
        if (!ours) stand.onopen?.()
      }
      socket.onmessage = (event) => (ours ? host.hear(event.data) : stand.onmessage?.(event))
      socket.onerror = (event) => {
        failure = event
      }
      socket.onclose = ({ code, reason, wasClean }) => {
        if (offer && again && !opened) {
          release(socket)
          return connect(false)
        }
        suspect = offer && !opened && !host.welcomed()
        host.over(stand)
        if (failure) stand.onerror?.(failure)
        stand.onclose?.({ code, wasClean, reason, ...(ours && host.judge(code, reason)) })
      }
      if (socket.readyState === 1) socket.onopen({} as Event) // some stand-ins are open from the start
    }

    const stand = {
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      get platform() {
        return platform
      },
      get readyState() {
        return ready || platform.readyState > 1 ? platform.readyState : 0
      },
      get bufferedAmount() {
        return platform.bufferedAmount
      },
      get protocol() {
        return platform.protocol
      },
      set binaryType(type: BinaryType) {
        platform.binaryType = binaryType = type
      },
      ready: () => {
        ready = true
        stand.onopen?.()
      },
      say: (frame: string) => platform.send(frame),
      send: (frame: unknown) => platform.send((ours ? host.wrap(frame) : frame) as string),
      close: (code: number, reason?: string) => {
        platform.onmessage = null // S4: deaf from here on, or positions would move for messages that nobody is told
        host.over(stand)
        if (!stand.onclose) release(platform)
        platform.close(ours && code === 1000 && !host.leaving() ? AWAY : code, reason)
      },
    } as StandIn & { send(frame: unknown): void; close(code: number, reason?: string): void }
    connect(!plain && !suspect)
    return stand
  }

  return {
    open,
    forget: () => {
      plain = suspect = false
    },
  }
}
