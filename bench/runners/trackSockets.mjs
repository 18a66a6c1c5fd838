// Counts the sockets of a process or page: how many were opened, and how many have not closed.

/** Wraps the global WebSocket permanently. */
export function trackSockets() {
  const Native = globalThis.WebSocket
  /** @type {Set<WebSocket>} */
  const alive = new Set()
  let opened = 0
  globalThis.WebSocket = class extends Native {
    /** @param {ConstructorParameters<typeof WebSocket>} args */
    constructor(...args) {
      super(...args)
      opened++
      alive.add(this)
      this.addEventListener('close', () => alive.delete(this))
    }
  }
  return { opened: () => opened, alive: () => alive.size }
}
