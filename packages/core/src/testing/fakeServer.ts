/** A WebSocket server without a network: it provides a `WebSocket` constructor and the server's end of each socket. */

/** The server's end of one socket, controlled by the test. */
export interface FakeConnection {
  /** What the client holds. */
  readonly socket: WebSocket
  readonly url: string
  readonly protocols: readonly string[]
  /** What the client has sent, oldest first. */
  readonly received: readonly unknown[]
  /** What the client sees as `bufferedAmount`: set it to simulate a slow network. @default 0 */
  bufferedAmount: number
  /** The client's close frame, once it has arrived. */
  readonly closed: { code: number | undefined; reason: string } | undefined
  /** Completes the handshake. */
  accept(protocol?: string): void
  /** Fails the handshake: `error`, then `close` with 1006. */
  refuse(): void
  /** Sends the client a message. Nothing arrives at a socket that is not open. */
  send(data: string | ArrayBuffer | Blob): void
  /** Closes with a close frame; without a code the client sees 1005. */
  close(code?: number, reason?: string): void
  /** The network goes: `error`, then `close` with 1006. */
  drop(): void
  /** Answers the client's close, if it asked to close. */
  finish(): void
}

export interface FakeServerOptions {
  /** Accept dials and answer closes by itself, in a microtask, as a healthy server would. @default true */
  auto?: boolean
}

export interface FakeServer {
  /** Pass it as the `WebSocket` option, or put it in place of the global one. */
  readonly WebSocket: new (url: string, protocols?: string | string[]) => WebSocket
  /** All that were dialled, oldest first. */
  readonly connections: readonly FakeConnection[]
  /** The newest. @throws Error when nothing was dialled yet */
  readonly last: FakeConnection
  /** Sockets that are connecting or open at the client's end. */
  readonly alive: number
  /** Changes the behaviour for what comes: `false` leaves everything to you, which makes a server that is frozen or never answers. */
  auto: boolean
}

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const CLOSED = 3

/** @example const server = createFakeServer(); createWebSocket('ws://test', { WebSocket: server.WebSocket }) */
export const createFakeServer = ({ auto = true }: FakeServerOptions = {}): FakeServer => {
  const connections: FakeConnection[] = []
  const server: FakeServer = {
    auto,
    connections,
    get last() {
      const last = connections.at(-1)
      if (!last) throw new Error('createFakeServer: nothing was dialled yet')
      return last
    },
    get alive() {
      return connections.filter(({ socket }) => socket.readyState <= OPEN).length
    },
    WebSocket: class extends FakeSocket {
      constructor(url: string, protocols: string | string[] = []) {
        super(
          url,
          [protocols].flat(),
          (connection) => {
            connections.push(connection)
            if (server.auto) queueMicrotask(() => connection.accept())
          },
          () => server.auto,
        )
      }
    } as unknown as FakeServer['WebSocket'],
  }
  return server
}

/** The client's end: the order of events is that of WHATWG WebSockets. */
class FakeSocket extends EventTarget {
  static readonly CONNECTING = CONNECTING
  static readonly OPEN = OPEN
  static readonly CLOSING = CLOSING
  static readonly CLOSED = CLOSED
  readonly CONNECTING = CONNECTING
  readonly OPEN = OPEN
  readonly CLOSING = CLOSING
  readonly CLOSED = CLOSED
  readyState: number = CONNECTING
  protocol = ''
  extensions = ''
  binaryType: BinaryType = 'blob'
  bufferedAmount = 0
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: Event) => void) | null = null
  onerror: ((event: Event) => void) | null = null
  onclose: ((event: Event) => void) | null = null
  readonly url: string
  readonly #connection: { received: unknown[]; closed: FakeConnection['closed']; finish(): void }
  readonly #auto: () => boolean

  constructor(
    url: string,
    protocols: readonly string[],
    connected: (connection: FakeConnection) => void,
    auto: () => boolean,
  ) {
    super()
    this.url = url
    this.#auto = auto
    const socket = this as FakeSocket
    const connection = {
      socket: this as unknown as WebSocket,
      url,
      protocols,
      received: [] as unknown[],
      get bufferedAmount() {
        return socket.bufferedAmount
      },
      set bufferedAmount(bytes) {
        socket.bufferedAmount = bytes
      },
      closed: undefined as FakeConnection['closed'],
      accept: (protocol = '') => {
        if (this.readyState !== CONNECTING) return
        this.readyState = OPEN
        this.protocol = protocol
        this.#raise('open')
      },
      refuse: () => {
        if (this.readyState === CONNECTING) this.#end(1006, '', false)
      },
      send: (data: string | ArrayBuffer | Blob) => {
        if (this.readyState === OPEN) this.#raise('message', { data, origin: url })
      },
      close: (code = 1005, reason = '') => {
        if (this.readyState === OPEN || this.readyState === CLOSING) this.#end(code, reason, true)
      },
      drop: () => {
        if (this.readyState !== CLOSED) this.#end(1006, '', false)
      },
      finish: () => {
        const { closed } = connection
        if (this.readyState === CLOSING && closed) this.#end(closed.code ?? 1005, closed.reason, true)
      },
    }
    this.#connection = connection
    connected(connection)
  }

  send(data: unknown): void {
    if (this.readyState === CONNECTING) throw new DOMException('still connecting', 'InvalidStateError')
    if (this.readyState === OPEN) this.#connection.received.push(data)
  }

  close(code?: number, reason = ''): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`${code} is neither 1000 nor 3000 to 4999`, 'InvalidAccessError')
    }
    if (this.readyState >= CLOSING) return
    const connecting = this.readyState === CONNECTING
    this.readyState = CLOSING
    if (connecting) return queueMicrotask(() => this.#end(1006, '', false))
    this.#connection.closed = { code, reason }
    if (this.#auto()) queueMicrotask(() => this.#connection.finish())
  }

  #end(code: number, reason: string, wasClean: boolean): void {
    if (this.readyState === CLOSED) return
    this.readyState = CLOSED
    if (!wasClean) this.#raise('error')
    this.#raise('close', { code, reason, wasClean })
  }

  #raise(type: 'open' | 'message' | 'error' | 'close', fields: object = {}): void {
    const event = Object.assign(new Event(type), fields)
    this[`on${type}`]?.(event)
    this.dispatchEvent(event)
  }
}
