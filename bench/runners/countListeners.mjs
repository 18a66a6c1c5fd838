// Counts the listeners on objects that outlive a client: the window and the document of a page.

/** Wraps their methods permanently, so it needs a separate page. In Node the count stays 0. */
export function countListeners() {
  /** @type {Set<string>} */
  const live = new Set()
  /** @type {WeakMap<object, number>} */
  const ids = new WeakMap()
  let last = 0
  const idOf = (/** @type {object} */ listener) => {
    const id = ids.get(listener) ?? ++last
    ids.set(listener, id)
    return id
  }
  const targets = [globalThis, globalThis.document].filter((target) => target?.addEventListener)
  targets.forEach((target, index) => {
    const { addEventListener, removeEventListener } = target
    const key = (/** @type {string} */ type, /** @type {object} */ listener, /** @type {any} */ options) =>
      `${index} ${type} ${idOf(listener)} ${Boolean(options?.capture ?? options)}`
    target.addEventListener = (/** @type {string} */ type, /** @type {any} */ listener, /** @type {any} */ options) => {
      live.add(key(type, listener, options))
      options?.signal?.addEventListener('abort', () => live.delete(key(type, listener, options)))
      addEventListener.call(target, type, listener, options)
    }
    target.removeEventListener = (
      /** @type {string} */ type,
      /** @type {any} */ listener,
      /** @type {any} */ options,
    ) => {
      live.delete(key(type, listener, options))
      removeEventListener.call(target, type, listener, options)
    }
  })
  return { live: () => live.size }
}
