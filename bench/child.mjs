// Starts a child process, sends it messages, and waits for its next message with a timeout.

import { fork } from 'node:child_process'
import { once } from 'node:events'

/**
 * @param {string} path
 * @param {string[]} [execArgv]
 * @param {string[]} [args]
 */
export function startChild(path, execArgv = [], args = []) {
  const child = fork(path, args, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    /** @param {import('node:child_process').Serializable} message */
    send: (message) => child.send(message),
    /**
     * @param {number} ms
     * @returns {Promise<any>} its next message
     */
    receive: async (ms) => {
      const settled = new AbortController()
      const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(ms)])
      const exit = once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`${path} ended with code ${code}`)
      })
      try {
        const [message] = await Promise.race([once(child, 'message', { signal }), exit])
        return message
      } finally {
        exit.catch(() => {})
        settled.abort()
      }
    },
    /** Disconnects it and waits for its exit, because a profiler writes its file at exit. */
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      if (child.connected) child.disconnect()
      await exit
    },
  }
}
