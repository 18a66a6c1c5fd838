/** Records the events of a client. */

import type { ClientEvents, WebSocketClient } from '../../src/index.ts'

/** Returns a list to which every later value of the event is added. */
export const recordEvents = <In, Out, Type extends keyof ClientEvents<In, Out>>(
  client: Pick<WebSocketClient<In, Out>, 'on' | 'get'>,
  type: Type,
): ClientEvents<In, Out>[Type][] => {
  const values: ClientEvents<In, Out>[Type][] = []
  client.on(type, (value) => void values.push(value))
  return values
}
