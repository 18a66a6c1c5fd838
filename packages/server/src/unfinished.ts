/** The tasks of clients that delay the end of a node, and their description in an error. */

import type { HubContext } from './context/hubContext.ts'
import { describeRunning } from './context/runningListeners.ts'
import { UnfinishedError } from './errors.ts'
import type { Peer } from './peers/peer.ts'

export interface Unfinished {
  /** Resolves when all tasks of the clients have finished. */
  readonly finished: Promise<unknown>
  /** Reports the tasks that have not finished, if there are any. */
  report(reason: string): void
}

/** How many tasks an error names. */
const MAX_NAMES = 10

export const trackUnfinished = (context: HubContext, peers: readonly Peer[]): Unfinished => {
  const { name, report } = context
  const busy = new Set<string>()
  const finished = Promise.all(
    peers.map(async ({ link }) => {
      const id = `${name}:${link.number}`
      busy.add(id)
      await link.idle()
      busy.delete(id)
    }),
  )
  /** Without a running listener, the client waits for the store or `authorize`. */
  const describe = (id: string): string =>
    describeRunning(context, (connection) => connection.id === id) ?? `the store or authorize for the client ${id}`
  return {
    finished,
    report: (reason) => {
      if (busy.size === 0) return
      const names = [...busy].slice(0, MAX_NAMES).map(describe)
      if (busy.size > MAX_NAMES) names.push(`${busy.size - MAX_NAMES} more`)
      report(new UnfinishedError(`${reason} ${names.join(', ')}`))
    },
  }
}
