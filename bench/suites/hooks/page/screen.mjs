// What those without a framework draw with: once per frame, as a careful hand would write it.

/** Messages in a list. */
export const LENGTH = 100

/** Numbered messages begin with their number: it serves as the key of a list. */
export const keyOf = (/** @type {string} */ message) => message.slice(0, message.indexOf(' '))

/**
 * @typedef {object} Screen
 * @property {(messages: readonly string[]) => void} draw the new ones, oldest first
 * @property {() => void} clear
 */

/** @type {Record<import('./candidates/index.mjs').Kind, (root: Element, copies: number) => Screen>} */
export const screens = {
  last: (root, copies) => {
    const lines = Array.from({ length: copies }, () => root.appendChild(document.createElement('p')))
    return {
      draw: (messages) => {
        for (const line of lines) line.textContent = messages.at(-1) ?? ''
      },
      clear: () => root.replaceChildren(),
    }
  },
  list: (root) => {
    const list = root.appendChild(document.createElement('ul'))
    return {
      draw: (messages) => {
        for (const message of messages.slice(-LENGTH)) {
          const full = list.childElementCount === LENGTH
          const item = (full && list.firstElementChild) || document.createElement('li')
          item.textContent = message
          list.append(item)
        }
      },
      clear: () => root.replaceChildren(),
    }
  },
  status: () => ({ draw: () => {}, clear: () => {} }),
}

/**
 * Gathers messages, and draws them in the next frame.
 * @param {Screen} screen
 * @param {import('./probe.mjs').Probe} probe
 */
export function createPainter(screen, probe) {
  /** @type {string[]} */
  let waiting = []
  const paint = () => {
    probe.renders++
    screen.draw(waiting)
    waiting = []
  }
  return (/** @type {string} */ message) => {
    if (waiting.push(message) === 1) requestAnimationFrame(paint)
  }
}
