// What a page has opened and armed, and what of it is left: every WebSocket, timer and animation frame. It is sent to the page as text,
// before anything else is loaded there: it may use nothing from outside itself.

/**
 * @typedef {object} Left
 * @property {number} opened sockets since the page was loaded
 * @property {number} sockets not closed yet
 * @property {number} timers armed, with intervals and animation frames
 */

export function watchGlobals() {
  const sockets = new Set()
  const timers = new Set()
  let opened = 0
  globalThis.WebSocket = class extends WebSocket {
    /** @param {ConstructorParameters<typeof WebSocket>} args */
    constructor(...args) {
      super(...args)
      opened++
      sockets.add(this)
      this.addEventListener('close', () => sockets.delete(this))
    }
  }
  /**
   * @param {string} start
   * @param {string} stop
   * @param {boolean} once
   */
  const watch = (start, stop, once) => {
    const page = /** @type {any} */ (globalThis)
    const { [start]: arm, [stop]: disarm } = page
    const keyOf = (/** @type {number} */ id) => `${stop} ${id}`
    page[start] = (/** @type {Function} */ callback, /** @type {unknown[]} */ ...args) => {
      const id = arm(
        (/** @type {unknown[]} */ ...given) => {
          if (once) timers.delete(keyOf(id))
          callback(...given)
        },
        ...args,
      )
      timers.add(keyOf(id))
      return id
    }
    page[stop] = (/** @type {number} */ id) => {
      timers.delete(keyOf(id))
      disarm(id)
    }
  }
  watch('setTimeout', 'clearTimeout', true)
  watch('setInterval', 'clearInterval', false)
  watch('requestAnimationFrame', 'cancelAnimationFrame', true)
  const { setTimeout: wait } = window
  Object.assign(globalThis, {
    left: {
      read: () => ({ opened, sockets: sockets.size, timers: timers.size }),
      /** Until all sockets are closed, for at most so many ms: a closing handshake takes a moment. */
      settle: async (/** @type {number} */ ms) => {
        const end = performance.now() + ms
        while (sockets.size > 0 && performance.now() < end) await new Promise((resolve) => wait(resolve, 20))
      },
    },
  })
}
