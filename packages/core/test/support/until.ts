/** Waits for events of clients with real sockets. No test waits for a fixed time. */

import type { ClientEvents, Status, WebSocketClient } from '../../src/index.ts'

type EventSource<In, Out> = Pick<WebSocketClient<In, Out>, 'on' | 'get'>

/** Resolves with the next value of an event that matches. */
export const until = <In, Out, Type extends keyof ClientEvents<In, Out>>(
  client: EventSource<In, Out>,
  type: Type,
  matches: (value: ClientEvents<In, Out>[Type]) => boolean = () => true,
): Promise<ClientEvents<In, Out>[Type]> =>
  new Promise((resolve) => {
    const unsubscribe = client.on(type, (value) => {
      if (!matches(value)) return
      unsubscribe()
      resolve(value)
    })
  })

/** Resolves when the client has the status. */
export const untilStatus = async <In, Out>(client: EventSource<In, Out>, status: Status): Promise<void> => {
  if (client.get().status !== status) await until(client, 'status', (value) => value === status)
}
