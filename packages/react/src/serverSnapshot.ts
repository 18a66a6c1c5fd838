/** The state that a server renders, where no connection is ever opened. */

import type { Snapshot, Status } from '@holdfast/core'

const CLOSED: Snapshot<never> = {
  status: 'closed',
  lastMessage: undefined,
  received: 0,
  messages: [],
  attempt: 0,
  retryAt: undefined,
  queued: 0,
  latency: undefined,
  lastClose: undefined,
  error: undefined,
}
const CONNECTING: Snapshot<never> = { ...CLOSED, status: 'connecting' }

/**
 * Returns the snapshot for a server render. React also uses it for the first render in the browser, where a shared client may be open
 * already: a client that is not closed was `connecting` on the server.
 */
export const serverSnapshot = (status: Status): Snapshot<never> => (status === 'closed' ? CLOSED : CONNECTING)
