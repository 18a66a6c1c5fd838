/** A WebSocket server without a network: it provides a `WebSocket` constructor and the server's end of each socket. */

import { CLOSED, CLOSING, CONNECTING, FakeSocket, OPEN } from './fakeSocket.ts'

/** The server's end of one socket, controlled by the test. */
export interface FakeConnection {
  /** What the client holds. */
  readonly socket: WebSocket
  /** Absolute and normalised, as `socket.url`. */
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
  /** Sends the client a message: binary data in the form that its `binaryType` selects. Nothing arrives at a socket that is not open. */
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
      constructor(url: string | URL, protocols: string | string[] = []) {
        super(url, protocols)
        const connection = connect(this, [protocols].flat(), () => server.auto)
        connections.push(connection)
        if (server.auto) queueMicrotask(() => connection.accept())
      }
    } as unknown as FakeServer['WebSocket'],
  }
  return server
}

/** Creates the server's end. @param isAuto whether it answers a close by itself */
const connect = (socket: FakeSocket, protocols: readonly string[], isAuto: () => boolean): FakeConnection => {
  const received: unknown[] = []
  let closed: FakeConnection['closed']
  const finish = (): void => {
    if (socket.readyState === CLOSING && closed) socket.end(closed.code ?? 1005, closed.reason, true)
  }
  socket.server = {
    received: (data) => void received.push(data),
    closed: (code, reason) => {
      closed = { code, reason }
      if (isAuto()) queueMicrotask(finish)
    },
  }
  return {
    socket: socket as unknown as WebSocket,
    url: socket.url,
    protocols,
    received,
    get bufferedAmount() {
      return socket.bufferedAmount
    },
    set bufferedAmount(bytes) {
      socket.bufferedAmount = bytes
    },
    get closed() {
      return closed
    },
    accept: (protocol) => {
      if (socket.readyState === CONNECTING) socket.open(protocol)
    },
    refuse: () => {
      if (socket.readyState === CONNECTING) socket.end(1006, '', false)
    },
    send: (data) => {
      if (socket.readyState === OPEN) socket.receive(data)
    },
    close: (code = 1005, reason = '') => {
      if (socket.readyState === OPEN || socket.readyState === CLOSING) socket.end(code, reason, true)
    },
    drop: () => {
      if (socket.readyState !== CLOSED) socket.end(1006, '', false)
    },
    finish,
  }
}
