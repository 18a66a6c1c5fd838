/**
 * Sockets that stand in for the platform's: for the core a session is a `WebSocket` that opens after `welcome` and carries messages.
 * Here is how the subprotocol is offered, and how a server that does not speak it is found out.
 */

import type { CloseInfo } from '../closeCodes.ts'
import type { Socket } from '../link.ts'

/** Offered behind the user's own. */
const PROTOCOL = 'holdfast.v1.json'
/** What the link is closed with when the client goes but means to come back, so that the server keeps the session: 1000 would end it. */
const AWAY = 4004

/** The core holds it as a `WebSocket`. */
export interface StandIn {
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string; wasClean: boolean; verdict?: Partial<CloseInfo> | undefined }) => void) | null
  onerror: ((event: unknown) => void) | null
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
  /** A link is over, of itself or because the core has let go of it. */
  over(stand: StandIn): void
  /** How the end of a link of ours is to be read. */
  judge(code: number, reason: string): { reason: string; verdict: Partial<CloseInfo> | undefined }
}

type Platform = new (url: string, protocols: string[]) => Socket

export interface StandIns {
  open(Platform: Platform, url: string, protocols: string[]): StandIn
  /** Forgets what was found out of the server. */
  forget(): void
}

export const createStandIns = (host: Host): StandIns => {
  /** Any server of this client's has ever said `welcome`. */
  let welcomed = false
  /** The server is known not to speak our protocol. */
  let plain = false
  /** An offer failed before opening, which may be its own fault: the next dial goes without, to find out. */
  let suspect = false

  const release = (socket: WebSocket): void => {
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.onerror = () => {}
  }

  const open = (Platform: Platform, url: string, protocols: string[]): StandIn => {
    let socket: WebSocket
    let binaryType: BinaryType | undefined
    let ready = false
    let ours = false
    /** Opened without the offer, so the server is there; the offer is being tried once more. */
    let again = false

    const connect = (offer: boolean): void => {
      let opened = false
      let failure: unknown
      socket = new Platform(url, offer ? [...protocols, PROTOCOL] : protocols) as WebSocket
      if (binaryType) socket.binaryType = binaryType
      socket.onopen = () => {
        opened = true
        if (!offer && !plain && !again) {
          again = true
          release(socket)
          socket.close()
          return connect(true)
        }
        plain = !offer
        ours = socket.protocol === PROTOCOL
        host.opened(stand, ours)
        if (!ours) stand.ready()
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
        suspect = offer && !opened && !welcomed
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
        return socket
      },
      get readyState() {
        return ready || socket.readyState > 1 ? socket.readyState : 0
      },
      get bufferedAmount() {
        return socket.bufferedAmount
      },
      get protocol() {
        return socket.protocol
      },
      set binaryType(type: BinaryType) {
        socket.binaryType = binaryType = type
      },
      ready: () => {
        welcomed ||= ours
        ready = true
        stand.onopen?.()
      },
      send: (frame: string) => socket.send(ours ? host.wrap(frame) : frame),
      close: (code: number, reason?: string) => {
        host.over(stand)
        if (!stand.onclose) release(socket) // S4: what a link says that was given up is not heard
        socket.close(ours && code === 1000 && !host.leaving() ? AWAY : code, reason)
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
