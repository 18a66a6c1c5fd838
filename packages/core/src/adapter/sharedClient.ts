/** Options beside a shared client, which has all options except callbacks already. */

import type { Callbacks } from '../client/events.ts'
import type { SessionCallbacks } from '../client/session.ts'

/** The options of a component that uses an existing client: only callbacks. All others belong to `createWebSocket`. */
export interface SharedClientOptions<In, Out> extends Callbacks<In, Out>, SessionCallbacks<In, Out> {}

const warned = /* @__PURE__ */ new WeakSet<object>()

/** Names the options that have no effect, once per client. `limit` and `select` are those of a list, and `onConnect` is no event. */
export const warnOfIgnoredOptions = (client: object, options: object): void => {
  const ignored = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !/^(limit|select|on(?!Connect$)[A-Z].*)$/.test(name),
  )
  if (!ignored.length || warned.has(client)) return
  warned.add(client)
  const names = ignored.map(([name]) => name).join(', ')
  console.warn(
    `A component uses an existing client, so these options are ignored: ${names}. Pass them to createWebSocket.`,
  )
}
