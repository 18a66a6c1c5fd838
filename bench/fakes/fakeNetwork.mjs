// A fake network that replaces the global WebSocket: it is up or down, answers `ping`, and counts the connections and the listeners of
// each socket.

import { createFakeServer } from '../../packages/core/src/testing/fakeServer.ts'

/** Needs a separate process or page: the global is not restored. */
export function fakeNetwork() {
  const server = createFakeServer({ auto: false })
  const network = { up: true, dials: 0, onDial: () => {}, connections: server.connections, dropAll, listeners }
  /** @type {WeakMap<object, number>} */
  const listening = new WeakMap()

  class CountedSocket extends /** @type {any} */ (server.WebSocket) {
    /** @param {any[]} args */
    constructor(...args) {
      super(...args)
      network.dials++
      network.onDial()
      const connection = server.last
      queueMicrotask(() => (network.up ? connection.accept() : connection.refuse()))
    }
    /** @param {unknown} data */
    send(data) {
      super.send(data)
      const connection = server.connections.find(({ socket }) => socket === /** @type {unknown} */ (this))
      if (data === 'ping') queueMicrotask(() => connection?.send('pong'))
    }
    /** @param {any[]} args */
    close(...args) {
      super.close(...args)
      queueMicrotask(() => server.connections.find(({ socket }) => socket === /** @type {unknown} */ (this))?.finish())
    }
    /** @param {any[]} args */
    addEventListener(...args) {
      super.addEventListener(...args)
      listening.set(this, (listening.get(this) ?? 0) + 1)
    }
    /** @param {any[]} args */
    removeEventListener(...args) {
      super.removeEventListener(...args)
      listening.set(this, (listening.get(this) ?? 0) - 1)
    }
  }
  Object.assign(globalThis, { WebSocket: CountedSocket })
  return network

  /**
   * Closes every connection, as a server does at a restart: with a close frame, or without one.
   * @param {number} [code]
   */
  function dropAll(code) {
    for (const connection of server.connections) {
      if (code) connection.close(code)
      else connection.drop()
    }
  }

  /** @param {any} socket */
  function listeners(socket) {
    const handlers = [socket.onopen, socket.onmessage, socket.onerror, socket.onclose].filter(Boolean)
    return handlers.length + (listening.get(socket) ?? 0)
  }
}
