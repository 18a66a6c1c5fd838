// The timers of a place that are live.

/** Wraps the globals, for a place of its own; call it before anything keeps a reference to them. */
export function countTimers() {
  /** @type {Set<unknown>} */
  const live = new Set()
  // Bound: browsers refuse them as methods of anything else.
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
     * Waits without being counted.
     * @param {number} ms
     */
    pause: (ms) => new Promise((resolve) => native.setTimeout(resolve, ms)),
  }
}
