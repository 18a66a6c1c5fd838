/** Waits for what real sockets do in their own time. Never for a time. */

import type { ClientEvents, Status, WebSocketClient } from '../../src/index.ts'

type Listening<In, Out> = Pick<WebSocketClient<In, Out>, 'on' | 'get'>

/** The next value of an event, or the next that fits. */
export const until = <In, Out, Type extends keyof ClientEvents<In, Out>>(
  client: Listening<In, Out>,
  type: Type,
  fits: (value: ClientEvents<In, Out>[Type]) => boolean = () => true,
): Promise<ClientEvents<In, Out>[Type]> =>
  new Promise((resolve) => {
    const off = client.on(type, (value) => {
      if (!fits(value)) return
      off()
      resolve(value)
    })
  })

/** The status, now or as soon as it comes. */
export const untilStatus = async <In, Out>(client: Listening<In, Out>, status: Status): Promise<void> => {
  if (client.get().status !== status) await until(client, 'status', (value) => value === status)
}
