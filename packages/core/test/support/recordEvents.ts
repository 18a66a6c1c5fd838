/** What a client says from now on, as a list that grows. */

import type { ClientEvents, WebSocketClient } from '../../src/index.ts'

/** The values of one event. */
export const heard = <In, Out, Type extends keyof ClientEvents<In, Out>>(
  client: Pick<WebSocketClient<In, Out>, 'on' | 'get'>,
  type: Type,
): ClientEvents<In, Out>[Type][] => {
  const values: ClientEvents<In, Out>[Type][] = []
  client.on(type, (value) => void values.push(value))
  return values
}
