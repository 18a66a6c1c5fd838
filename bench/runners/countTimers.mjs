// Counts the active timers of a process or page.

/** Wraps the global functions permanently. Call it before other code stores a reference to them. */
export function countTimers() {
  /** @type {Set<unknown>} */
  const live = new Set()
  // Bound, because browsers reject calls with another receiver.
  const native = {
    setTimeout: setTimeout.bind(globalThis),
    clearTimeout: clearTimeout.bind(globalThis),
    setInterval: setInterval.bind(globalThis),
    clearInterval: clearInterval.bind(globalThis),
  }
  Object.assign(globalThis, {
    setTimeout: (
      /** @type {(...args: unknown[]) => void} */ callback,
      /** @type {number} */ delay,
      /** @type {unknown[]} */ ...args
    ) => {
      const handle = native.setTimeout(() => {
        live.delete(handle)
        callback(...args)
      }, delay)
      live.add(handle)
      return handle
    },
    setInterval: (
      /** @type {(...args: unknown[]) => void} */ callback,
      /** @type {number} */ delay,
      /** @type {unknown[]} */ ...args
    ) => {
      const handle = native.setInterval(callback, delay, ...args)
      live.add(handle)
      return handle
    },
    clearTimeout: (/** @type {number} */ handle) => {
      live.delete(handle)
      native.clearTimeout(handle)
    },
    clearInterval: (/** @type {number} */ handle) => {
      live.delete(handle)
      native.clearInterval(handle)
    },
  })
  return {
    live: () => live.size,
    /**
     * Waits with a timer that is not counted.
     * @param {number} ms
     */
    pause: (ms) => new Promise((resolve) => native.setTimeout(resolve, ms)),
  }
}
