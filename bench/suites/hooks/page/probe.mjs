// Records the renders, effects, messages and statuses of a component, and gives access to its `send`.

/** @typedef {ReturnType<typeof createProbe>} Probe */

/**
 * @typedef {object} Kept
 * @property {number} count messages that got into the history
 * @property {readonly string[]} list the newest of them, oldest first
 */

/** The message of the server after the last one: `end <count>`. */
const END = 'e'.charCodeAt(0)

export function createProbe() {
  /** @type {(sent: number) => void} */
  let end = () => {}
  /** @type {() => void} */
  let opened = () => {}
  const probe = {
    renders: 0,
    effects: 0,
    received: 0,
    /** @type {{ at: number, open: boolean }[]} in epoch ms */
    statuses: [],
    /** @type {(message: string) => void} */
    send: () => {
      throw new Error('nothing is mounted')
    },
    /** @type {() => Kept} what the history holds; a component that has none leaves it */
    kept: () => ({ count: 0, list: [] }),
    /** As a message callback: every message passes here, so that it does no more than count. */
    receive: (/** @type {unknown} */ data) => {
      if (/** @type {string} */ (data).charCodeAt(0) === END) end(Number(/** @type {string} */ (data).slice(4)))
      else probe.received++
    },
    statusIs: (/** @type {boolean} */ open) => {
      probe.statuses.push({ at: Date.now(), open })
      if (open) opened()
    },
    /** @type {Promise<void>} */
    open: new Promise((resolve) => {
      opened = resolve
    }),
    /** @returns {Promise<number>} messages that the server has sent */
    flow: () => {
      probe.renders = probe.effects = probe.received = 0
      const ended = new Promise((resolve) => {
        end = resolve
      })
      probe.send('go')
      return ended
    },
  }
  return probe
}
