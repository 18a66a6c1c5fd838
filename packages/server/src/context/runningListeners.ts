/** Names the listeners of clients that have not returned, for errors. */

import type { Connection, MessageContext } from './hubEvents.ts'
import type { HubContext } from './hubContext.ts'

/** Returns a description of the first running listener of a connection that matches. */
export const describeRunning = (
  { events }: HubContext,
  matches: (connection: Connection) => boolean,
): string | undefined => {
  for (const { event, listener, args } of events.running()) {
    const { connection } = args[1] as MessageContext
    if (matches(connection)) return `the '${event}' listener '${listener}' for the client ${connection.id}`
  }
  return undefined
}
