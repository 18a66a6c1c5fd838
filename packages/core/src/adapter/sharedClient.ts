/** Options beside a shared client, which has all options except callbacks already. */

import type { Callbacks } from '../client/events.ts'
import type { SessionCallbacks } from '../client/session.ts'

/** The options of a component that uses an existing client: only callbacks. All others belong to `createWebSocket`. */
export interface SharedClientOptions<In, Out> extends Callbacks<In, Out>, SessionCallbacks<In, Out> {}

const warned = /* @__PURE__ */ new WeakSet<object>()

/** Names the options that have no effect, once per client. `limit` and `select` are those of a list, and `onConnect` is no event. */
export const warnOfIgnoredOptions = (client: object, options: object): void => {
  const ignored = Object.keys(options).filter(
    (name) => options[name as never] !== undefined && !/^(limit|select|on(?!Connect$)[A-Z].*)$/.test(name),
  )
  if (!ignored[0] || warned.has(client)) return
  warned.add(client)
  console.warn(`Options beside an existing client are ignored: ${ignored.join(', ')}. Pass them to createWebSocket.`)
}
